"""Files of every kind, by what they hold, and the bad ones: a clear word, and little memory."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import pytest

from common.home import CHECKOUT
from reviews.importing import dates, reading, values
from reviews.importing.problems import Rejection, UnreadableFile

CSV = 'id,text\n1,很好用，就是贵\n2,"not, bad"\n'
WANTED = [("1", "很好用，就是贵"), ("2", "not, bad")]
HEADER = ["id", "text", "date", "stars"]


def workbook(rows: list[list[Any]], *, shared: bool = True, names: str = "A") -> bytes:
    """An XLSX file as Excel writes it; a number in the third column is a day."""
    strings: list[str] = []

    def cell(row: int, place: int, value: Any) -> str:
        at = f'r="{chr(65 + place)}{row}"'
        if isinstance(value, dict):
            return f"<c {at}><f>{escape(value['formula'])}</f>{value.get('cached', '')}</c>"
        if isinstance(value, int | float):
            return f'<c {at} s="{1 if place == 2 else 0}"><v>{value}</v></c>'
        if not shared:
            return f'<c {at} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
        strings.append(value)
        return f'<c {at} t="s"><v>{len(strings) - 1}</v></c>'

    body = "".join(
        f'<row r="{at}">{"".join(cell(at, place, one) for place, one in enumerate(row))}</row>'
        for at, row in enumerate(rows, 1)
    )
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "xl/workbook.xml": f'<workbook {space} xmlns:r="{relations}"><sheets>'
        '<sheet name="x" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="x"><Relationship Id="rId1" '
        f'Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet {space}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>'
        "</cellXfs></styleSheet>",
        "xl/worksheets/sheet1.xml": f"<worksheet {space}><sheetData>{body}</sheetData></worksheet>",
        "xl/sharedStrings.xml": f"<sst {space}>"
        + "".join(f"<si><t>{escape(one)}</t></si>" for one in strings)
        + "</sst>",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def parquet(columns: dict[str, list[Any]]) -> bytes:
    import pyarrow
    import pyarrow.parquet

    buffer = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(columns), buffer)
    return buffer.getvalue()


LISTED = [{"id": 1, "text": "很好用，就是贵"}, {"id": "2", "text": "not, bad"}]
GOOD: dict[str, bytes] = {
    **{
        f"csv in {encoding}": CSV.encode(encoding)
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk")
    },
    "tsv": b"id\ttext\n1\t" + WANTED[0][1].encode() + b"\n2\tnot, bad\n",
    "semicolons": f"sep=;\nid;text\n1;{WANTED[0][1]}\n2;not, bad\n".encode(),
    "json lines": "".join(json.dumps(one) + "\n" for one in LISTED).encode(),
    "a json list": json.dumps(LISTED, ensure_ascii=False, indent=1).encode(),
    "json around a list": json.dumps({"meta": {"n": [1], "e": []}, "data": {"x": LISTED}}).encode(),
    "xlsx": workbook([["id", "text"], [1, WANTED[0][1]], ["2", "not, bad"]]),
    "xlsx with strings in place": workbook(
        [["id", "text"], [1, WANTED[0][1]], ["2", "not, bad"]], shared=False
    ),
    "parquet": parquet({"id": [1, 2], "text": [text for _, text in WANTED]}),
}


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzipped"])
@pytest.mark.parametrize("kind", list(GOOD))
def test_a_file_is_read_by_what_it_holds(kind: str, packed: bool, tmp_path: Path) -> None:
    path = tmp_path / "no ending that tells"
    path.write_bytes(gzip.compress(GOOD[kind]) if packed else GOOD[kind])
    found = [(row.values["id"], row.values["text"]) for row in reading.read(path)]
    assert found == WANTED


def read(tmp_path: Path, content: bytes, name: str = "shop.csv") -> list[Any]:
    path = tmp_path / name
    path.write_bytes(content)
    return list(reading.read(path))


def test_a_quotation_mark_that_stays_open_costs_its_own_line_only(tmp_path: Path) -> None:
    rows = read(tmp_path, b'id,text\n1,"open\n2,"fine, really"\n3,good\n4,"and at the end\n')
    assert [(row.line, row.problem and row.problem.reason) for row in rows] == [
        (2, "bad_csv"),
        (3, None),
        (4, None),
        (5, "bad_csv"),
    ]
    assert rows[0].raw == '1,"open'
    assert rows[1].values == {"id": "2", "text": "fine, really"}


def _is_text(row: Any) -> bool:
    try:
        values.text_of(row.values["text"])
    except Rejection:
        return False
    return row.problem is None


def test_rows_in_another_encoding_than_the_file_are_refused_one_by_one(tmp_path: Path) -> None:
    utf, gb = "1,好用的水壶\n".encode(), "2,不好\n3,联通的手机\n4,一般\n".encode("gb18030")
    rows = read(tmp_path, b"id,text\n" + utf + gb)
    assert [_is_text(row) for row in rows] == [False, True, True, True]
    assert rows[1].values["text"] == "不好"
    rows = read(tmp_path, b"id,text\n" + utf * 3 + "2,不好啊\n".encode("gb18030"))
    assert [_is_text(row) for row in rows] == [True, True, True, False]


def test_objects_in_objects_become_columns(tmp_path: Path) -> None:
    (row,) = read(tmp_path, b'[{"text": "x", "product": {"id": 7, "tags": ["a"]}, "n": null}]')
    assert row.values == {"text": "x", "product.id": "7", "product.tags": '["a"]', "n": ""}


def test_dates_numbers_and_formulas_of_a_workbook(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        workbook([
            HEADER,
            ["1", "fine", 46082, 4.0],
            ["2", "with a time", 46082.75, 5],
            ["3", {"formula": "1+1"}, 46082, 5],
            ["4", {"formula": "A1", "cached": "<v>7</v>"}, "", ""],
        ]),
        "shop.xlsx",
    )  # fmt: skip
    assert [row.values["date"] for row in rows[:2]] == ["2026-03-01", "2026-03-01 18:00:00"]
    assert rows[0].values["stars"] == "4"
    assert rows[2].problem.reason == "formula"
    assert rows[3].values["text"] == "7"


BOMB = gzip.compress(b"id,text\n1," + b"a" * 90_000_000)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("bomb.csv.gz", BOMB, "200 times"),
        ("cut.csv.gz", gzip.compress(CSV.encode() * 999)[:-30], "cut off"),
        ("cut.json", b'[{"text": "a"}, {"text": "b', "cut off"),
        ("cut.parquet", GOOD["parquet"][:-9], "cut off"),
        ("cut.xlsx", GOOD["xlsx"][:-200], "cut off"),
        ("deep.json", b'[{"a": ' + b"[" * 200_000, "without end"),
        ("wide.csv", b",".join(b"c%d" % at for at in range(100_000)), "100000 columns"),
        ("old.xls", b"\xd0\xcf\x11\xe0" + b"\x00" * 99, "old Excel"),
        ("empty.csv", b"", "empty"),
        ("photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 9, "not a text file"),
        ("folder.xlsx", b"", ""),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_a_file_that_cannot_be_read_says_why(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    if name == "folder.xlsx":
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("reviews.csv", CSV)
        content, said = buffer.getvalue(), "unpack it"
    with pytest.raises(UnreadableFile, match=said) as refused:
        read(tmp_path, content, name)
    assert name in str(refused.value)


def test_entities_that_multiply_are_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO(GOOD["xlsx"])
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "aaa">]><x>&a;</x>')
    with pytest.raises(UnreadableFile, match="no workbook"):
        read(tmp_path, buffer.getvalue(), "shop.xlsx")


_MEASURE = """
import resource, sys
from pathlib import Path
from reviews.importing import reading
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
rows = list(reading.read(Path(sys.argv[1])))
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(len(rows), sum(row.problem is not None for row in rows), (after - before) // 1024)
"""


def _line(megabytes: int) -> bytes:
    return b"x" * (megabytes * 1024 * 1024)


@pytest.mark.parametrize(
    ("name", "content", "rows", "bad"),
    [
        ("cell.csv", lambda: b"id,text\n1," + _line(400) + b"\n2,fine\n", 2, 1),
        ("quoted.csv", lambda: b'id,text\n1,"' + _line(400) + b'"\n2,fine\n', 2, 1),
        ("line.jsonl", lambda: b'{"text":"' + _line(400) + b'"}\n{"text":"fine"}\n', 2, 1),
        ("cell.xlsx", lambda: workbook([["text"], ["y" * 60_000_000], ["ok"]]), 2, 0),
    ],
)
def test_one_enormous_cell_takes_little_memory(
    tmp_path: Path, name: str, content: Callable[[], bytes], rows: int, bad: int
) -> None:
    path = tmp_path / name
    path.write_bytes(content())
    said = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(path)],
        cwd=CHECKOUT / "platform",
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert (int(said[0]), int(said[1])) == (rows, bad)
    assert int(said[2]) < 100  # MB


ZONE, NOW = ZoneInfo("Asia/Shanghai"), datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "order", "wanted"),
    [
        ("2026-03-01", None, "2026-03-01T12:00:00+08:00"),
        ("2026/3/1 8:05", None, "2026-03-01T08:05:00+08:00"),
        ("2026.03.01", None, "2026-03-01T12:00:00+08:00"),
        ("20260301", None, "2026-03-01T12:00:00+08:00"),
        ("2026-03-01T10:00:00Z", None, "2026-03-01T10:00:00+00:00"),
        ("2026-03-01 10:00:00 UTC", None, "2026-03-01T10:00:00+00:00"),
        ("2026-03-01T10:00:00+0800", None, "2026-03-01T10:00:00+08:00"),
        ("2026年3月1日", None, "2026-03-01T12:00:00+08:00"),
        ("2026年3月1日 下午3:05", None, "2026-03-01T15:05:00+08:00"),
        ("2026年3月1日在美国审核", None, "2026-03-01T12:00:00+08:00"),
        ("Reviewed in the United States on March 1, 2026", None, "2026-03-01T12:00:00+08:00"),
        ("1 March 2026", None, "2026-03-01T12:00:00+08:00"),
        ("Sun, 01 Mar 2026 10:00:00 GMT", None, "2026-03-01T10:00:00+00:00"),
        ("1772330400", None, "2026-03-01T02:00:00+00:00"),
        ("1772330400000", None, "2026-03-01T02:00:00+00:00"),
        ("46082", None, "2026-03-01T12:00:00+08:00"),
        ("13/04/2025", None, "2025-04-13T12:00:00+08:00"),
        ("03/04/2025", "dmy", "2025-04-03T12:00:00+08:00"),
        ("03/04/2025", "mdy", "2025-03-04T12:00:00+08:00"),
        ("12/31/2025", "dmy", "2025-12-31T12:00:00+08:00"),
    ],
)
def test_dates_of_every_kind(value: str, order: Any, wanted: str) -> None:
    found = dates.date_of(value, ZONE, NOW, order)
    assert found is not None
    assert found.isoformat() == wanted


@pytest.mark.parametrize(
    "value",
    ["03/04/2025", "昨天", "2 days ago", "2025", "March 2025", "2025-02-30", "31/31/2025",
     "2999-1-1", "2025年13月1日", "1", "12:30", "x" * 999],
)  # fmt: skip
def test_what_is_no_date_is_refused(value: str) -> None:
    with pytest.raises(Rejection):
        dates.date_of(value, ZONE, NOW)
