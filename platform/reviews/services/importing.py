"""Importing a file: every row goes in, changes nothing, or is rejected with its reason."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Store
from common.helpers import Alone, Hands, Helpers
from privacy.services import audit_record
from reviews import keys
from reviews.cleaning.catalogue import Cleaner
from reviews.importing import columns, kept, presets, reading
from reviews.importing.dates import Order, order_seen
from reviews.importing.problems import UnreadableFile
from reviews.importing.rows import RowReader
from reviews.models import ImportBatch, Source, Upload
from reviews.services import staging
from reviews.services.chunk_work import ChunkWork, seldom_collected
from reviews.services.chunks import Chunks
from reviews.services.storing import Redact, texts_ready

log = logging.getLogger("verbatim.imports")
_FILE_NAME_LENGTH = 200
_TELL_EVERY = 10_000  # rows that are counted between two words of progress
_WORTH_HELPERS = 500_000  # bytes of a file, some 2,000 reviews: helpers take seconds to start


class Steps(Protocol):
    """Who is told how far an import is; a job's context is one. `progress` may raise to stop."""

    checkpoint: dict[str, Any]

    def stage(self, name: str, total: int = 0) -> None: ...
    def progress(self, done: int, total: int | None = None) -> None: ...
    def save_checkpoint(self, value: dict[str, Any]) -> None: ...


class Untold:
    """Steps of an import that nobody waits for."""

    def __init__(self) -> None:
        self.checkpoint: dict[str, Any] = {}

    def stage(self, name: str, total: int = 0) -> None: ...
    def progress(self, done: int, total: int | None = None) -> None: ...
    def save_checkpoint(self, value: dict[str, Any]) -> None:
        self.checkpoint = value


def source_ensure(*, actor: Any, store: Store, key: str, kind: str = Source.Kind.FILE) -> Source:
    """The source called `key` of `store`, made when it is new."""
    source, created = Source.objects.get_or_create(store=store, key=key, defaults={"kind": kind})
    if created:
        audit_record(actor=actor, action="source.create", object_type="source", object_id=source.pk)
    return source


def mapping_for(
    *, source: Source | None, header: Sequence[str], mapping: dict[str, str], preset: str = ""
) -> dict[str, str]:
    """The whole mapping for a file with these columns.

    What is given beats the preset; with neither, what was used for this source before; else the
    layout of a common export that fits, and else names alone. Raises BadMapping.
    """
    if preset:
        return {**presets.preset_of(preset).mapping(header), **mapping}
    if mapping:
        return mapping
    if source is not None and source.mapping:
        known = remembered_for(source, header)
        if known.get("text"):
            return known
    fitting = presets.preset_that_fits(header)
    if fitting is not None:
        try:
            return fitting.mapping(header)
        except columns.BadMapping:
            return {}
    return {}


def remembered_for(source: Source, header: Sequence[str]) -> dict[str, str]:
    """What of the mapping used for this source before still holds for a file of these columns."""
    return presets.remembered(kept.recalled(header, source.mapping, keys.content_key()), header)


def import_begin(
    *,
    actor: Any,
    source: Source,
    path: Path,
    file_name: str,
    mapping: dict[str, str],
    job: Any,
    preset: str = "",
    dry_run: bool = False,
    upload: Upload | None = None,
) -> ImportBatch:
    """Write the import down, after a look at the first rows.

    A mapping that was given is kept for the next file of this source. Of the columns' names only
    those that are ours are kept: in a file without a header they are a review. Raises
    reading.UnreadableFile or columns.BadMapping: then nothing was written.
    """
    name = Path(file_name).name[:_FILE_NAME_LENGTH]
    look = reading.look(path, name=name)
    whole = mapping_for(source=source, header=look.header, mapping=mapping, preset=preset)
    columns.resolve(look.header, whole)
    whole = columns.at_places(look.header, whole)
    if (mapping or preset) and not dry_run:
        _remember(source, kept.remembered_mapping(look, whole, keys.content_key()))
    return ImportBatch.objects.create(
        source=source,
        job=job,
        actor=actor,
        file_name=name,
        mapping=kept.kept_mapping(look, whole),
        header=kept.kept_header(look),
        dry_run=dry_run,
        upload=upload,
    )


def _remember(source: Source, mapping: dict[str, str]) -> None:
    if source.mapping != mapping:
        source.mapping = mapping
        source.save(update_fields=["mapping"])


@dataclass(frozen=True, slots=True)
class Survey:
    """What one look over the whole file finds: its rows, and how it writes day and month."""

    rows: int
    order: Order | None


def import_run(
    *,
    actor: Any,
    batch: ImportBatch,
    path: Path,
    redact: Redact,
    redactor_version: str,
    steps: Steps | None = None,
    helpers: int = 0,
) -> ImportBatch:
    """Import the rows of `path` that `batch` does not have yet; safe to call again after a kill.

    The file is read twice: once to its end before anything is stored, so that a file that is cut
    off or broken in the middle stores nothing. Then each chunk of rows and its counts are one
    transaction. `helpers`: processes that clean and redact beside this one; `redact` must pickle.
    Raises reading.UnreadableFile; LeaseLost when another worker goes on with it.
    """
    steps = steps or Untold()
    # Before the survey, which leaves them time to start.
    with closing(_hands(helpers)) as hands:
        header = _header(batch, path)
        survey = _survey(batch, header, path, steps)
        steps.stage("checking rows" if batch.dry_run else "importing", survey.rows)
        work = ChunkWork(actor, batch, redact, redactor_version, hands)
        with seldom_collected():
            _import(work, path, _reader(batch, header, survey.order), steps)
        if not batch.dry_run:
            staging.search_entries_sort()
    return import_finish(actor=actor, batch=batch)


def _hands(helpers: int) -> Hands:
    if not helpers:
        return Alone()
    try:
        return Helpers(helpers, texts_ready)
    except OSError as error:
        # The machine is full: slower, but nothing is lost.
        log.warning("an import goes on without its helpers: %s", type(error).__name__)
        return Alone()


def helpers_worth(path: Path) -> int:
    """How many helper processes pay for themselves with a file of this size."""
    large = path.is_file() and path.stat().st_size >= _WORTH_HELPERS
    return settings.VERBATIM_IMPORT_HELPERS if large else 0


def _import(work: ChunkWork, path: Path, reader: RowReader, steps: Steps) -> None:
    batch = work.batch
    with (
        closing(reading.read(path, batch.file_name)) as rows,
        closing(Chunks(rows, reader, skip=batch.rows, hands=work.hands)) as chunks,
    ):
        for done in work.run(chunks):
            steps.progress(done)
            # A job that gets on is not given up, however often its worker dies.
            steps.save_checkpoint({**steps.checkpoint, "done": done})


@transaction.atomic
def import_finish(*, actor: Any, batch: ImportBatch) -> ImportBatch:
    batch.state = ImportBatch.State.DONE
    batch.finished_at = timezone.now()
    batch.save(update_fields=["state", "finished_at"])
    if not batch.dry_run:
        audit_record(
            actor=actor,
            action="import.done",
            object_type="import",
            object_id=batch.pk,
            details={"rows": batch.rows, "rejected": batch.rejected},
        )
    return batch


def import_fail(*, batch: ImportBatch, reason: str) -> None:
    """Mark an import that ended before its file did; what is stored stays stored."""
    batch.state = ImportBatch.State.FAILED
    batch.error = reason
    batch.finished_at = timezone.now()
    batch.save(update_fields=["state", "error", "finished_at"])


def file_hash(path: Path) -> str:
    """Keyed, so that the hash of a small file cannot be guessed back to its text."""
    digest = hashlib.blake2b(key=keys.content_key().encode()[:64], digest_size=32)
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def _header(batch: ImportBatch, path: Path) -> list[str]:
    """The columns as the file names them. What an import from before kept of them goes."""
    look = reading.look(path, name=batch.file_name)
    names = kept.kept_header(look)
    if batch.header != names:
        batch.mapping = kept.kept_mapping(look, columns.at_places(look.header, batch.mapping))
        batch.header = names
        batch.save(update_fields=["mapping", "header"])
    return look.header


def _survey(batch: ImportBatch, header: list[str], path: Path, steps: Steps) -> Survey:
    known = steps.checkpoint.get("survey")
    if known is not None:
        return Survey(known["rows"], known["order"])
    steps.stage("reading the file")
    batch.file_hash = file_hash(path)
    batch.save(update_fields=["file_hash"])
    mapped = columns.resolve(header, batch.mapping)
    dates = [column for name in ("date", "updated_at") if (column := mapped.get(name))]
    order = columns.order_of(batch.mapping)
    seen: set[Order] = set()
    rows = 0
    with closing(reading.read(path, batch.file_name)) as found:
        for rows, row in enumerate(found, 1):
            for column in dates:
                told = order_seen(row.values.get(column, "")) if order is None else None
                if told is not None:
                    seen.add(told)
            if rows % _TELL_EVERY == 0:
                steps.progress(rows)
    if not rows:
        raise UnreadableFile(f"{batch.file_name} has no row that can be read")
    survey = Survey(rows, order or (seen.pop() if len(seen) == 1 else None))
    steps.save_checkpoint({"survey": {"rows": survey.rows, "order": survey.order}})
    return survey


def _reader(batch: ImportBatch, header: list[str], order: Order | None) -> RowReader:
    mapping = columns.at_places(header, batch.mapping)
    return RowReader(
        columns.resolve(header, mapping),
        frozenset(header),
        mapping,
        ZoneInfo(settings.TIME_ZONE),
        datetime.now(UTC),
        keys.content_key(),
        columns.fixed_values(batch.mapping),
        order,
        Cleaner.but(batch.source.rules_off),
    )
