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

if TYPE_CHECKING:
    from reviews.models import Source
    from reviews.services.storing import Redact, Redacted

OPTIONS: dict[str, int | str] = {"rows": 20_000}
Say = Callable[[str], None]
_REVIEW = (
    "id, store_id, source_id, external_id, product_id, shopper_id, channel, stars, language, "
    "variety, posted_at, created_at, updated_at, content_hash, past_hashes, source_updated_at, "
    "variant, left_out, incentivised, low_information, follow_up, legal_basis, purposes"
)
_WAYS = ("import", "import_redacted", "reimport", "bulk_create", "duplicates")
_REVISION = (
    "id, review_id, number, is_current, text, text_hash, redactor_version, placeholders, search, "
    "created_at"
)


def run(options: Mapping[str, Any], say: Say, note: Say) -> dict[str, float]:
    with ThrowAwayHome() as home:
        path = texts.write(home.outside / "reviews.csv", options["rows"])
        say(f"{options['rows']} rows written; measuring")
        found: dict[str, float] = home.call("benchmarks.ingest:measure", {"path": str(path)})
    return found


class _Clock:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def time(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - began


def measure(path: str) -> dict[str, float]:
    """Called inside the home. Every way stores the same rows, each under a source of its own.

    One after the other, so the tables grow under them: hence the COPY in the middle and at the end.
    """
    from reviews import redacting
    from reviews.language import detect
    from reviews.services.duplicates import duplicates_mark

    clock, file = _Clock(), Path(path)
    with clock.time("warm up"):
        # Word lists are read once a process, not once a file.
        redacting.redact(["a first text", "第一句话"])
        detect("a first text without any doubt")
    plain = _source("plain")
    with clock.time("import"):
        rows = _import(plain, file, as_it_is)
    with clock.time("reimport"):
        _import(plain, file, as_it_is)
    with clock.time("duplicates"):
        duplicates_mark(actor=None, source_id=plain.pk)
    reviews, revisions = _read(plain)
    with _prepared(reviews, revisions, _source("copied")) as prepared, clock.time("copy"):
        _copy(*prepared)
    with clock.time("bulk_create"):
        _bulk_create(reviews, revisions, _source("created"))
    with clock.time("import_redacted"):
        _import(_source("redacted"), file, redacting.redact)
    with _prepared(reviews, revisions, _source("copied-2")) as prepared, clock.time("copy again"):
        _copy(*prepared)
    return _figures(rows, clock.seconds)


def as_it_is(texts: Sequence[str]) -> list[Redacted]:
    """No redaction. By name, so that helpers find it."""
    from reviews.services.storing import Redacted

    return [Redacted(text, 0) for text in texts]


def _figures(rows: int, seconds: Mapping[str, float]) -> dict[str, float]:
    # The faster of the two: what the database can do, and nothing in our favour.
    copy = min(seconds["copy"], seconds["copy again"])
    ways = {"copy": copy, **{way: seconds[way] for way in _WAYS}}
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # kB
    return {
        "rows": rows,
        **{f"{way}_rows_s": round(rows / spent, 1) for way, spent in ways.items()},
        "import_over_copy": round(copy / seconds["import"], 3),
        "warm_up_s": round(seconds["warm up"], 2),
        "peak_rss_mb": round(memory / 1024, 1),
    }


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
        cursor.execute(
            f"select {_REVISION.replace('search', 'search::text')} from reviews_textrevision "  # noqa: S608
            "where review_id = any(%s) order by review_id",
            [[row[0] for row in reviews]],
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
