"""How many rows a second come in: plain COPY, the import with and without redaction, again."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.support import texts
from benchmarks.support.home import ThrowAwayHome
from benchmarks.support.watching import Cost, memory, watched

if TYPE_CHECKING:
    from reviews.models import Source
    from reviews.services.storing import Redact, Redacted

OPTIONS: dict[str, int | str] = {"rows": 50_000}
_LEAST = 100  # characters of a review, which makes some 200 on average
_MOST_REDACTED = 50_000  # rows
Say = Callable[[str], None]
_REVIEW = (
    "id, store_id, source_id, external_id, product_id, shopper_id, channel, stars, language, "
    "variety, posted_at, created_at, updated_at, content_hash, past_hashes, source_updated_at, "
    "variant, left_out, incentivised, low_information, follow_up, legal_basis, purposes"
)
_WAYS = ("copy", "import", "import_redacted", "reimport", "bulk_create", "duplicates")
_REVISION = (
    "id, review_id, number, is_current, text, text_hash, redactor_version, placeholders, search, "
    "created_at"
)


def run(options: Mapping[str, Any], say: Say, note: Say) -> dict[str, float]:
    with ThrowAwayHome() as home:
        rows = options["rows"]
        files = {
            "path": str(texts.write(home.outside / "reviews.csv", rows, _LEAST)),
            "less": str(texts.write(home.outside / "less.csv", min(rows, _MOST_REDACTED), _LEAST)),
        }
        say(f"{rows} rows written; measuring")
        found: dict[str, float] = home.call("benchmarks.ingest:measure", files)
    return found


class _Clock:
    """Seconds, processor time and memory of each way, by its name."""

    def __init__(self) -> None:
        from django.db import connection

        connection.ensure_connection()
        self._server = connection.connection.info.backend_pid
        self.seconds: dict[str, float] = {}
        self.costs: dict[str, Cost] = {}

    @contextmanager
    def time(self, name: str) -> Iterator[None]:
        with watched(self._server) as self.costs[name]:
            began = time.perf_counter()
            yield
            self.seconds[name] = time.perf_counter() - began


def measure(path: str, less: str) -> dict[str, float]:
    """Called inside the home. Every way stores the same rows; `less`: a file of fewer, to redact.

    The import and each COPY begin with empty tables, so that no way finds larger indexes.
    """
    from reviews import redacting
    from reviews.services.duplicates import duplicates_mark

    clock, file = _Clock(), Path(path)
    idle = memory()
    with clock.time("warm_up"):
        _warm_up(file)
    plain = _source("plain")
    with clock.time("import"):
        rows = _import(plain, file, as_it_is)
    with clock.time("reimport"):
        _import(plain, file, as_it_is)
    with clock.time("duplicates"):
        duplicates_mark(actor=None, source_id=plain.pk)
    with clock.time("import_redacted"):
        redacted = _import(_source("redacted"), Path(less), redacting.redact)
    # From here on the rows themselves are in memory.
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # kB -> MB
    reviews, revisions = _read(plain)
    _empty()
    with _prepared(reviews, revisions, _source("copied")) as prepared, clock.time("copy"):
        _copy(*prepared)
    _empty()
    with clock.time("bulk_create"):
        _bulk_create(reviews, revisions, _source("created"))
    _empty()
    with _prepared(reviews, revisions, _source("copied-2")) as prepared, clock.time("copy_again"):
        _copy(*prepared)
    figures = {"rows": rows, "redacted_rows": redacted, "idle_mb": round(idle, 1)}
    return {**figures, **_figures(rows, redacted, clock), "peak_rss_mb": round(own, 1)}


def _warm_up(file: Path) -> None:
    """Read word lists and models, once a process; helpers have their own, in their own time."""
    from reviews import redacting
    from reviews.language import detect
    from reviews.services.importing import helpers_worth

    if not helpers_worth(file):
        redacting.redact(["a first text", "第一句话"])
        detect("a first text without any doubt")


def as_it_is(texts: Sequence[str]) -> list[Redacted]:
    """No redaction. By name, so that helpers find it."""
    from reviews.services.storing import Redacted

    return [Redacted(text, 0) for text in texts]


def _figures(rows: int, redacted: int, clock: _Clock) -> dict[str, float]:
    # The faster of the two: what the database can do, and nothing in our favour.
    best = min("copy", "copy_again", key=lambda name: clock.seconds[name])
    seconds = {**clock.seconds, "copy": clock.seconds[best]}
    costs = {**clock.costs, "copy": clock.costs[best]}
    done = {"import_redacted": redacted}
    found = {f"{way}_rows_s": round(done.get(way, rows) / seconds[way], 1) for way in _WAYS}
    found["import_over_copy"] = round(seconds["copy"] / seconds["import"], 3)
    for way in ("import", "import_redacted", "copy"):
        found[f"{way}_cpu_s"] = round(costs[way].cpu, 1)
        found[f"{way}_database_cpu_s"] = round(costs[way].database_cpu, 1)
    for way in ("import", "import_redacted"):
        found[f"{way}_peak_mb"] = round(costs[way].peak(), 1)
        found[f"{way}_growth_mb"] = round(costs[way].growth(), 1)
    return {**found, "warm_up_s": round(seconds["warm_up"], 2)}


def _empty() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("truncate reviews_review, reviews_textrevision cascade")


def _source(key: str) -> Source:
    from accounts.services import store_ensure
    from reviews.services.importing import source_ensure

    return source_ensure(actor=None, store=store_ensure(actor=None, key="main"), key=key)


def _import(source: Source, path: Path, redact: Redact) -> int:
    """The whole way of a file, in this process. Returns its rows."""
    from reviews import redacting
    from reviews.services import importing

    batch = importing.import_begin(
        actor=None, source=source, path=path, file_name=path.name, mapping={}, job=None
    )
    importing.import_run(
        actor=None,
        batch=batch,
        path=path,
        redact=redact,
        redactor_version=redacting.redactor_version(),
        helpers=importing.helpers_worth(path),
    )
    if batch.rejected:
        raise ValueError(f"{batch.rejected} rows were rejected: the figures would mean nothing")
    return batch.rows


Rows = list[tuple[Any, ...]]


def _read(source: Source) -> tuple[Rows, Rows]:
    """The stored rows of `source`: reviews, and their revisions in the same order."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            f"select {_REVIEW} from reviews_review where source_id = %s order by id",  # noqa: S608
            [source.pk],
        )
        reviews = cursor.fetchall()
        columns = ", ".join(f"t.{one}" for one in _REVISION.split(", "))
        cursor.execute(
            f"select {columns.replace('t.search', 't.search::text')} from reviews_textrevision t "  # noqa: S608
            "join reviews_review r on r.id = t.review_id where r.source_id = %s order by r.id",
            [source.pk],
        )
        return reviews, cursor.fetchall()


@contextmanager
def _prepared(reviews: Rows, revisions: Rows, source: Source) -> Iterator[tuple[Rows, Rows]]:
    """The rows with ids of their own and another source, ready to be written."""
    from django.db import connection

    def ids(table: str) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)",
                [table, len(reviews)],
            )
            return [row[0] for row in cursor.fetchall()]

    pks = ids("reviews_review")
    yield (
        [(pk, row[1], source.pk, *row[3:]) for pk, row in zip(pks, reviews, strict=True)],
        [
            (own, pk, *row[2:])
            for own, pk, row in zip(ids("reviews_textrevision"), pks, revisions, strict=True)
        ],
    )


def _copy(reviews: Rows, revisions: Rows) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for table, columns, rows in (
            ("reviews_review", _REVIEW, reviews),
            ("reviews_textrevision", _REVISION, revisions),
        ):
            with cursor.copy(f"copy {table} ({columns}) from stdin") as copy:
                for row in rows:
                    copy.write_row(row)


def _bulk_create(reviews: Rows, revisions: Rows, source: Source) -> None:
    from django.db import transaction

    from reviews.models import Review, TextRevision

    def named(columns: str, row: tuple[Any, ...]) -> dict[str, Any]:
        return dict(zip(columns.split(", "), row, strict=True)) | {"id": None}

    with transaction.atomic():
        made = Review.objects.bulk_create(
            (Review(**{**named(_REVIEW, row), "source_id": source.pk}) for row in reviews),
            batch_size=1000,
        )
        TextRevision.objects.bulk_create(
            (
                TextRevision(**{**named(_REVISION, row), "review_id": review.pk})
                for review, row in zip(made, revisions, strict=True)
            ),
            batch_size=1000,
        )
