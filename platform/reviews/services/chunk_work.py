"""Chunks of an import on their way: cleaned, compared and redacted, written."""

from __future__ import annotations

import gc
import itertools
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from common.helpers import Alone, Hands
from common.jobs import LeaseLost
from common.transient import patiently
from reviews.importing.problems import RawRow
from reviews.models import ImportBatch
from reviews.services import blocking, staging
from reviews.services.chunks import Chunk, Chunks
from reviews.services.comparing import Compared, rows_compare
from reviews.services.rejects import Bad, contents_redacted, rejects_write
from reviews.services.storing import (
    ERASED_FATE,
    ChunkResult,
    Made,
    Overtaken,
    Redact,
    Redacted,
    compared_store,
    texts_make,
    wanted,
)

_COUNTS = ("created", "updated", "unchanged", "deleted")
_COUNTED = [*_COUNTS, "rejected", "rows", "placeholders", "cleaned"]


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Chunks are lists of plain values without cycles: looking for some costs a tenth of the time,
    most of it in what was there before.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@dataclass(frozen=True, slots=True)
class _Ready:
    """A chunk that can be written."""

    chunk: Chunk
    compared: Compared
    made: list[Made]
    shown: list[Redacted]


class ChunkWork:
    """Chunks through three steps: cleaned, compared with what is stored and redacted, written.

    Threads prepare the next chunks while PostgreSQL writes this one, by `hands`: helpers, or
    themselves. They touch no database: connections belong to threads.
    """

    def __init__(
        self, actor: Any, batch: ImportBatch, redact: Redact, version: str, hands: Hands
    ) -> None:
        self.batch = batch
        self.hands = hands
        self._actor = actor
        self._redact = redact
        self._version = version

    def run(self, chunks: Chunks) -> Any:
        """Yields the rows done after each chunk."""
        if isinstance(self.hands, Alone):
            # Here, where the database is: an engine reads the lists of its policy when it is made.
            self._redact([])
        # One that cleans and one that redacts; without helpers they would only take turns.
        pool = ThreadPoolExecutor(1 if isinstance(self.hands, Alone) else 2, "preparing")
        try:
            following = pool.submit(chunks.next)
            waiting: Future[_Ready] | None = None
            while (chunk := following.result()) is not None:
                following = pool.submit(chunks.next)
                ready = pool.submit(self._prepare, chunk, self._compare(chunk))
                if waiting is not None:
                    yield self._write(waiting.result())
                waiting = ready
            if waiting is not None:
                yield self._write(waiting.result())
        finally:
            pool.shutdown(cancel_futures=True)

    def _compare(self, chunk: Chunk) -> Compared:
        return patiently(
            lambda: rows_compare(
                source=self.batch.source, rows=chunk.good, redactor_version=self._version
            )
        )

    def _prepare(self, chunk: Chunk, compared: Compared) -> _Ready:
        texts = [] if self.batch.dry_run else [row.text for row in wanted(compared)]
        made = self.hands.map(texts_make, texts, self._redact) if texts else []
        bad = self.hands.map(contents_redacted, chunk.bad, self._redact) if chunk.bad else []
        return _Ready(chunk, compared, made, bad)

    def _write(self, ready: _Ready) -> int:
        """Write a chunk; once more after an error of the database that passes by itself."""
        before, tries = self.batch.rows, itertools.count()

        def write() -> int:
            if next(tries):
                # What the failed try counted is undone, unless only its answer was lost.
                self.batch.refresh_from_db(fields=_COUNTED)
                if self.batch.rows == before + ready.chunk.size:
                    return self.batch.rows
            return self._write_when_compared(ready)

        return patiently(write)

    def _write_when_compared(self, ready: _Ready) -> int:
        while True:
            try:
                return self._write_once(ready)
            except Overtaken:
                # Somebody else stored the same reviews meanwhile: look again.
                ready = self._prepare(ready.chunk, self._compare(ready.chunk))

    def _write_once(self, ready: _Ready) -> int:
        batch = self.batch
        with transaction.atomic():
            here = ImportBatch.objects.select_for_update().get(pk=batch.pk)
            if here.rows != batch.rows or here.state != ImportBatch.State.RUNNING:
                raise LeaseLost
            staging.search_entries_wait()
            bad, shown = ready.chunk.bad, ready.shown
            if batch.dry_run:
                counts, placeholders = Counter(ready.compared.fates), 0
            else:
                stored = compared_store(
                    actor=self._actor,
                    source=batch.source,
                    compared=ready.compared,
                    made=ready.made,
                    redactor_version=self._version,
                )
                counts, placeholders = stored.counts, stored.placeholders
                bad, shown = _with_erased(ready, stored)
            rejects_write(batch=batch, bad=bad, shown=shown)
            for name in _COUNTS:
                setattr(batch, name, getattr(batch, name) + counts[name])
            batch.unchanged += ready.chunk.older
            batch.rejected += len(bad)
            batch.rows += ready.chunk.size
            batch.placeholders += placeholders
            cleaned = Counter(key for row in ready.chunk.good for key in row.rules)
            batch.cleaned = dict(Counter(batch.cleaned) + cleaned)
            batch.save(update_fields=_COUNTED)
        return batch.rows


def _with_erased(ready: _Ready, stored: ChunkResult) -> tuple[list[Bad], list[Redacted]]:
    """The rejected rows with those of somebody erased, of which nothing is kept."""
    gone = [
        Bad(RawRow(row.line, {}), blocking.ERASED)
        for row in ready.chunk.good
        if stored.fates[row.external_id] == ERASED_FATE
    ]
    return ready.chunk.bad + gone, ready.shown + [Redacted("", 0) for _ in gone]
