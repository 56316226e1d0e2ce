"""New keys for every sealed original while others read and write; what an old dump still opens."""

from __future__ import annotations

import json
import random
import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.support.home import ThrowAwayHome

if TYPE_CHECKING:
    from privacy.vault.ring import KeyRing
    from reviews.importing.rows import CleanRow
    from reviews.models import Source

OPTIONS: dict[str, int | str] = {"rows": 200_000}
Say = Callable[[str], None]
_CHUNK = 2000  # rows stored in one transaction while filling
_WRITTEN = 20  # rows a writer stores at a time
_DUMPED = 2000  # rows of the old dump that are tried
_AT_ONCE = 500  # texts opened together
_REASON = "a measurement of the rotation"


def run(options: Mapping[str, Any], say: Say, note: Say) -> dict[str, float]:
    rows = options["rows"]
    with ThrowAwayHome() as home, ThreadPoolExecutor(3) as pool:
        dump, stop = home.outside / "dump.json", home.outside / "stop"
        old_keys = home.outside / "old-keys"
        say(f"sealing {rows} originals")
        found: dict[str, float] = home.call("benchmarks.sealing:fill", {"rows": rows})
        home.call("benchmarks.sealing:dump", {"path": str(dump), "keys": str(old_keys)})
        say("new keys for all of them, while two read and one writes")
        busy = [
            pool.submit(home.call, f"benchmarks.sealing:{work}", {"stop": str(stop), "rows": rows})
            for work in ("read", "read", "write")
        ]
        began = time.perf_counter()
        rotated = json.loads(home.manage("rotate_keys", "--reencrypt", "--json"))
        spent = time.perf_counter() - began
        stop.touch()
        first, second, written = (one.result() for one in busy)
        began = time.perf_counter()
        wrapped = json.loads(home.manage("rotate_keys", "--json"))
        wrap_spent = time.perf_counter() - began
        after = home.call(
            "benchmarks.sealing:look", {"path": str(dump), "keys": str(old_keys), "rows": rows}
        )
    if rotated["broken_rows"] or rotated["cleared"]:
        note(f"the rotation lost rows: {rotated}")
    return {
        **found,
        "rotate_s": round(spent, 1),
        "rotate_rows_s": round(rotated["rows"] / spent, 1),
        "rewrap_s": round(wrap_spent, 1),
        "rewrap_keys_s": round(wrapped["keys_wrapped"] / wrap_spent, 1),
        "reads": first["reads"] + second["reads"],
        "failed_reads": first["failed"] + second["failed"],
        "read_p95_ms": max(first["p95_ms"], second["p95_ms"]),
        "writes": written["writes"],
        "failed_writes": written["failed"],
        **after,
    }


def fill(rows: int) -> dict[str, float]:
    """Called inside the home: `rows` sealed originals of half as many shoppers."""
    source = _source()
    began = time.perf_counter()
    for start in range(0, rows, _CHUNK):
        _store(source, range(start, min(rows, start + _CHUNK)), 0)
    return {"rows": rows, "seal_rows_s": round(rows / (time.perf_counter() - began), 1)}


def dump(path: str, keys: str) -> None:
    """What a thief takes: sealed rows as they are now, and a copy of the store of wrapped keys."""
    from privacy.vault.here import key_ring
    from reviews.models import Review

    key_ring().store.close()
    folder = Path(keys)
    folder.mkdir()
    for file in key_ring().store.path.parent.glob("data-keys*"):
        shutil.copy(file, folder)
    taken = Review.objects.order_by("?")[:_DUMPED]
    rows = [
        {
            "store": review.store_id,
            "source": review.source_id,
            "external_id": review.external_id,
            "sealed": bytes(review.sealed_original or b"").hex(),
        }
        for review in taken
    ]
    Path(path).write_text(json.dumps(rows))


def read(stop: str, rows: int) -> dict[str, float]:
    """Open originals at random, as the privacy officer does, until `stop` is there."""
    from reviews.models import Review
    from reviews.services.originals import original_open

    officer = _officer()
    first = Review.objects.order_by("pk").values_list("pk", flat=True)[0]
    times: list[float] = []
    failed = 0
    while not Path(stop).exists() or not times:
        review = Review.objects.get(pk=first + random.randrange(rows))
        began = time.perf_counter()
        try:
            right = _number(review.external_id) in original_open(
                actor=officer, review=review, reason=_REASON
            )
        except Exception:  # noqa: BLE001  whatever it is, it counts
            right = False
        times.append(time.perf_counter() - began)
        failed += not right
    times.sort()
    return {
        "reads": len(times),
        "failed": failed,
        "p95_ms": round(times[int(len(times) * 0.95)] * 1000, 1),
    }


def write(stop: str, rows: int) -> dict[str, int]:
    """Bring in new reviews and edits of old ones until `stop` is there."""
    source, writes, failed, edition = _source(), 0, 0, 0
    while not Path(stop).exists() or not writes:
        edition += 1
        start = random.randrange(max(1, rows - _WRITTEN))
        new = rows + writes
        for numbers in (range(start, start + _WRITTEN), range(new, new + _WRITTEN)):
            try:
                _store(source, numbers, edition)
            except Exception:  # noqa: BLE001
                failed += 1
            writes += _WRITTEN
    return {"writes": writes, "failed": failed}


def look(path: str, keys: str, rows: int) -> dict[str, int]:
    """After it: how many rows open, and how many of the old dump, with the keys of then or now."""
    from privacy.vault.here import key_ring
    from privacy.vault.keystore import KeyStore
    from privacy.vault.ring import KeyRing
    from reviews.models import Review
    from reviews.services.originals import review_identity

    ring = key_ring()
    old = KeyRing(ring.masters, KeyStore(Path(keys) / "data-keys.sqlite3"))

    def opened(ring: KeyRing, blobs: Iterable[tuple[bytes, Any]]) -> int:
        return sum(_opened_of(ring, piece) for piece in _pieces(blobs))

    def of_now() -> Iterable[tuple[bytes, Any]]:
        for review in Review.objects.only("store_id", "source_id", "external_id",
                                          "sealed_original").iterator():  # fmt: skip
            about = review_identity(review.store_id, review.source_id, review.external_id)
            yield bytes(review.sealed_original or b""), about

    dumped = [
        (
            bytes.fromhex(row["sealed"]),
            review_identity(row["store"], row["source"], row["external_id"]),
        )
        for row in json.loads(Path(path).read_text())
    ]
    count = Review.objects.count()
    return {
        "rows_after": count,
        "closed_after": count - opened(ring, of_now()),
        "old_dump_rows": len(dumped),
        "old_dump_opened": opened(ring, dumped),
        "old_dump_and_keys_opened": opened(old, dumped),
    }


def _opened_of(ring: KeyRing, blobs: list[tuple[bytes, Any]]) -> int:
    from privacy.vault.errors import VaultError

    try:
        return len(ring.open(blobs))
    except VaultError:
        return sum(_opened_of(ring, [blob]) for blob in blobs) if len(blobs) > 1 else 0


def _pieces(blobs: Iterable[tuple[bytes, Any]]) -> Iterable[list[tuple[bytes, Any]]]:
    rest = iter(blobs)
    while piece := list(islice(rest, _AT_ONCE)):
        yield piece


def _store(source: Source, numbers: Iterable[int], edition: int) -> None:
    from reviews.services.storing import Redacted, rows_store

    rows_store(
        actor=None,
        source=source,
        rows=[_row(number, edition) for number in numbers],
        redact=lambda texts: [Redacted(text, 0) for text in texts],
        redactor_version="bench",
    )


def _row(number: int, edition: int) -> CleanRow:
    from reviews.importing.rows import CleanRow

    text = f"The kettle of my order leaks at the lid, edition {edition}"
    return CleanRow(
        line=number, external_id=f"r{number}", text=text, product_id="K-1", product_name="Kettle",
        brand="", category="kitchen", variant="", shopper=f"s{number // 2}", posted_at=None,
        stars=3, channel="review", default_text=False, incentivised=False,
        original=f"{text} {_number(f'r{number}')}",
    )  # fmt: skip


def _number(external_id: str) -> str:
    """What the original of a review has to hold: a number that is nobody's."""
    return f"+86 199 0000 {int(external_id[1:]):07d}"


def _source() -> Source:
    from accounts.services import store_ensure
    from reviews.models import Source
    from reviews.services.importing import source_ensure

    source = source_ensure(actor=None, store=store_ensure(actor=None, key="main"), key="sealed")
    if source.original_policy != Source.OriginalPolicy.SEAL:
        source.original_policy = Source.OriginalPolicy.SEAL
        source.save(update_fields=["original_policy"])
    return source


def _officer() -> Any:
    from accounts.models import Role, User

    person, _ = User.objects.get_or_create(
        username="officer", defaults={"roles": [Role.PRIVACY_OFFICER]}
    )
    return person
