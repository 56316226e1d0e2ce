"""Personal data that is planted, how it is looked for, and the upload that carries more of it."""

from __future__ import annotations

import base64
import binascii
import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from benchmarks.support.texts import SAMPLES, sample_rows

_WANTED = """
PHONE EMAIL ID_CARD BANK_CARD IBAN SSN PASSPORT PLATE IP WECHAT QQ ALIPAY ORDER_NO PERSON
"""
TYPES = set(_WANTED.split())
_HAN = re.compile(r"[\u4e00-\u9fff]")
# As a row with a column of bytes is written as text.
_BYTES = re.compile(r"\\+x((?:[0-9a-f]{2})+)")
# A digest or an identifier drawn at random: among thousands, one holds any seven digits.
_DRAWN = re.compile(
    r"(?<![0-9a-z])(?:[0-9a-f]{32,}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})(?![0-9a-z])"
)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")
_LONG_NUMBER = 7  # digits: a piece of a number that says who it is
_SHORT = 5  # characters


@dataclass(frozen=True)
class Planted:
    """`where`: id of the text that holds it."""

    where: str
    kind: str
    value: str

    @cached_property
    def needles(self) -> set[str]:
        """In what shapes it could turn up, in lower case."""
        found = {self.value, json.dumps(self.value)[1:-1]}
        if any(letter.isdigit() for letter in self.value):
            found.add(re.sub(r"[\s\-·()]", "", self.value))
            found |= {run for run in re.findall(r"\d+", self.value) if len(run) >= _LONG_NUMBER}
        return {needle.lower() for needle in found}


# One of each type, none of them in the samples; check digits are right, the people made up.
EXTRA = (
    ("PHONE", "还没收到货，请打我电话{}", "136 4821 9057"),
    ("PHONE", "Nobody called back, ring me on {} please", "+44 7700 900713"),
    ("EMAIL", "The lid broke, email me at {}", "nora.quillfeather@example.com"),
    ("ID_CARD", "海关要实名，身份证{}", "11010519900307451X"),
    ("BANK_CARD", "退款请打到我银行卡{}", "6222021001116245702"),
    ("IBAN", "Please refund to IBAN {} this week", "GB02KTRX20318844710265"),
    ("SSN", "The form wanted my SSN {} for a kettle", "514-63-8829"),
    ("PASSPORT", "清关要护照，护照号{}", "EJ5510382"),
    ("PLATE", "快递停门口挡了我的车，车牌{}", "沪C8M41K"),
    ("IP", "It keeps logging in from {} at night", "121.40.77.203"),
    ("WECHAT", "客服让我加微信{}", "qiuyue_0419"),
    ("QQ", "加我QQ {}，发图给你看", "2759304186"),
    ("ALIPAY", "差价退到支付宝{}", "feng.lan88@example.com"),
    ("ORDER_NO", "一直没发货，订单号{}", "DD260915773041"),
    ("PERSON", "东西漏发了，我叫{}", "葛清禾"),
    ("PERSON", "It never came. My name is {}", "Marguerite Ashdown"),
)
# These are known without a word before them, in whatever column they stand.
_PLAIN = ("136 4821 9057", "nora.quillfeather@example.com", "11010519900307451X")


@cache
def planted() -> list[Planted]:
    """What stands in the sample files and in the upload."""
    texts = {row["id"]: row["text"] for row in sample_rows()}
    lines = (SAMPLES / "personal_data.jsonl").read_text("utf-8").splitlines()
    found = [
        Planted(row["id"], span["type"], texts[row["id"]][span["start"] : span["end"]])
        for row in map(json.loads, lines)
        for span in row["spans"]
        if span["type"] in TYPES
    ]
    extra = [Planted(f"upload {at}", kind, value) for at, (kind, _, value) in enumerate(EXTRA)]
    return found + extra


def upload_file(path: Path) -> Path:
    """Every text in two good rows and in rows rejected for five reasons; stray values."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "product_id", "shopper", "date", "stars", "text", "phone"])
        for at, (_, words, value) in enumerate(EXTRA):
            text = words.format(value)
            shopper = _PLAIN[at % len(_PLAIN)]
            good = [f"up-{at}", "P-1", shopper, "2026-05-04", "3", text, _PLAIN[0]]
            writer.writerow(good)
            writer.writerow([f"day-{at}", *good[1:3], "2026-02-31", *good[4:]])
            writer.writerow([f"stars-{at}", *good[1:4], "9", *good[5:]])
            writer.writerow(good)  # the same id again
            writer.writerow([f"cells-{at}", *good[1:], text])
            writer.writerow([f"long-{at}", *good[1:5], text + "很长" * 12_000, ""])
            writer.writerow([f"nul-{at}", *good[1:5], f"{text}\x00", ""])  # taken without it
        for at, value in enumerate(_PLAIN):
            writer.writerow([f"in-day-{at}", "P-1", "", value, "3", "fine kettle", ""])
            writer.writerow([f"in-stars-{at}", "P-1", "", "2026-05-04", value, "fine kettle", ""])
            writer.writerow([f"no-text-{at}", "P-1", value, "2026-05-04", "3", "", value])
    return path


def upload(path: str) -> dict[str, Any]:
    """Called inside the home: as the page does it, from the upload to the end of the job."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from accounts.services import store_ensure
    from common.doorway import run_and_wait
    from reviews.services.uploads import import_request

    content = Path(path).read_bytes()
    job = import_request(
        actor=None,
        store=store_ensure(actor=None, key="lanting"),
        source_key="planted",
        upload=SimpleUploadedFile("may.csv", content),
        mapping={},
    )
    job = run_and_wait(job)
    return {"state": job.state, "error": job.error, **job.result}


def database_texts() -> Iterator[tuple[str, str]]:
    """Called inside the home: every row of every table as text, by table; and what ran last."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select format('%I.%I', table_schema, table_name) from information_schema.tables "
            "where table_type = 'BASE TABLE' "
            "and table_schema not in ('pg_catalog', 'information_schema') order by 1"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"select t::text from {table} t")  # noqa: S608  # quoted
            for (row,) in cursor.fetchall():
                yield table, row
        cursor.execute("select coalesce(query, '') from pg_stat_activity")
        for (query,) in cursor.fetchall():
            yield "pg_stat_activity", query


def database_leaks() -> dict[str, Any]:
    """Called inside the home: what of the planted data its tables hold."""
    texts: dict[str, list[str]] = {}
    for table, row in database_texts():
        texts.setdefault(table, []).append(row)
    leaks = [
        leak
        for table, rows in texts.items()
        for leak in leaks_in(table, bytes_as_text("\n".join(rows)))
    ]
    return {"rows": {table: len(rows) for table, rows in texts.items()}, "leaks": leaks}


def bytes_as_text(rows: str) -> str:
    """`rows` with columns of bytes decoded: plain text in one is found, and the digits that
    the hexadecimal form of a sealed value is full of are taken for nobody's number."""
    return _BYTES.sub(lambda found: bytes.fromhex(found[1]).decode("utf-8", "replace"), rows)


def file_leaks(paths: Iterable[Path]) -> list[str]:
    return [leak for path in paths for leak in leaks_in(str(path), file_text(path))]


def file_text(path: Path) -> str:
    """The file as text, with what is packed in base64 (messages to workers) unpacked behind it.

    Of a zip archive what is in it.
    """
    content = path.read_bytes()
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            content = b"\n".join(archive.read(name) for name in archive.namelist())
    text = content.decode("utf-8", "replace")
    out = io.StringIO()
    out.write(text)
    if path.suffix not in {".onnx", ".safetensors"}:
        for packed in _BASE64.findall(text):
            try:
                plain = base64.b64decode(packed, altchars=None, validate=True)
            except binascii.Error:
                continue
            out.write("\n" + plain.decode("utf-8", "replace"))
    return out.getvalue()


def leaks_in(place: str, text: str) -> list[str]:
    """What of the planted data is in `text`: place, type and the planted text's id, no value."""
    low = _DRAWN.sub("", text.lower())
    return [
        f"{place}: {one.kind} of {one.where}"
        for one in planted()
        if any(_holds(low, needle) for needle in one.needles)
    ]


def _holds(text: str, needle: str) -> bool:
    if needle not in text:
        return False
    # Chinese is written without spaces: there a short name is one wherever it stands.
    if len(needle) >= _SHORT or _HAN.search(needle):
        return True
    return re.search(rf"(?<!\w){re.escape(needle)}(?!\w)", text) is not None
