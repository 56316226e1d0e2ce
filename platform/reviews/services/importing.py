"""Importing a file: every row goes in, changes nothing, or is rejected with its reason."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Store
from privacy.services import audit_record
from reviews import keys
from reviews.cleaning.catalogue import Cleaner
from reviews.importing import columns, reading
from reviews.importing.reading import RawRow
from reviews.importing.rows import CleanRow, RowReader
from reviews.importing.values import Rejection
from reviews.models import ImportBatch, RejectedRow, Source
from reviews.services import blocking
from reviews.services.originals import rejects_seal
from reviews.services.storing import ERASED_FATE, Redact, rows_store

CHUNK = 2000  # rows stored in one transaction
_LONGEST_CONTENT = 500  # characters of a rejected row that are kept
_FILE_NAME_LENGTH = 200


def source_ensure(*, actor: Any, store: Store, key: str, kind: str = Source.Kind.FILE) -> Source:
    """The source called `key` of `store`, made when it is new."""
    source, created = Source.objects.get_or_create(store=store, key=key, defaults={"kind": kind})
    if created:
        audit_record(actor=actor, action="source.create", object_type="source", object_id=source.pk)
    return source


def file_hash(path: Path) -> str:
    """Keyed, so that the hash of a small file cannot be guessed back to its text."""
    digest = hashlib.blake2b(key=keys.content_key().encode()[:64], digest_size=32)
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def import_begin(
    *, actor: Any, source: Source, path: Path, file_name: str, mapping: dict[str, str], job: Any
) -> ImportBatch:
    """Write the import down, after a look at the header.

    Raises reading.UnreadableFile or columns.BadMapping: then nothing was written.
    """
    header = reading.header_of(path)
    columns.resolve(header, mapping)
    return ImportBatch.objects.create(
        source=source,
        job=job,
        actor=actor,
        file_name=Path(file_name).name[:_FILE_NAME_LENGTH],
        file_hash=file_hash(path),
        mapping=mapping,
    )


def import_run(
    *,
    actor: Any,
    batch: ImportBatch,
    path: Path,
    redact: Redact,
    redactor_version: str,
    progress: Callable[[int], None] = lambda done: None,
) -> ImportBatch:
    """Import the rows of `path` that `batch` does not have yet; safe to call again after a kill.

    Each chunk of rows and its counts are one transaction. `progress` gets the rows done and may
    raise to stop. Raises reading.UnreadableFile.
    """
    header = reading.header_of(path)
    reader = RowReader(
        columns.resolve(header, batch.mapping),
        frozenset(header),
        batch.mapping,
        ZoneInfo(settings.TIME_ZONE),
        datetime.now(UTC),
        keys.content_key(),
        Cleaner.but(batch.source.rules_off),
    )
    ids_seen: dict[str, int] = {}
    skip = batch.rows
    done = 0
    for chunk in _chunks(reading.read(path)):
        good, bad = _sorted_out(reader, chunk, ids_seen)
        done += len(chunk)
        if done > skip:
            _store_chunk(actor, batch, good, bad, redact, redactor_version)
        progress(done)
    batch.state = ImportBatch.State.DONE
    batch.finished_at = timezone.now()
    batch.save(update_fields=["state", "finished_at"])
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


def _chunks(rows: Iterator[RawRow]) -> Iterator[list[RawRow]]:
    chunk: list[RawRow] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


Bad = tuple[RawRow, Rejection]


def _sorted_out(
    reader: RowReader, chunk: list[RawRow], ids_seen: dict[str, int]
) -> tuple[list[CleanRow], list[Bad]]:
    good: list[CleanRow] = []
    bad: list[Bad] = []
    for raw in chunk:
        try:
            if raw.problem is not None:
                raise raw.problem
            row = reader.read(raw.line, raw.values)
            first = ids_seen.setdefault(row.external_id, raw.line)
            if first != raw.line:
                raise Rejection("id", "duplicate_id", f"the same review stands in line {first}")
            good.append(row)
        except Rejection as rejection:
            bad.append((raw, rejection))
    return good, bad


def _store_chunk(
    actor: Any,
    batch: ImportBatch,
    good: list[CleanRow],
    bad: list[Bad],
    redact: Redact,
    redactor_version: str,
) -> None:
    with transaction.atomic():
        stored = rows_store(
            actor=actor,
            source=batch.source,
            rows=good,
            redact=redact,
            redactor_version=redactor_version,
        )
        if stored.erased:
            bad = bad + [
                (RawRow(row.line, {}), blocking.ERASED)
                for row in good
                if stored.fates[row.external_id] == ERASED_FATE
            ]
        _write_rejections(batch, bad, redact)
        batch.rows += len(good) + len(bad) - stored.erased
        batch.created += len(stored.created)
        batch.updated += len(stored.updated)
        batch.unchanged += stored.unchanged
        batch.rejected += len(bad)
        batch.placeholders += stored.placeholders
        batch.cleaned = dict(Counter(batch.cleaned) + stored.cleaned)
        batch.save()


def _write_rejections(batch: ImportBatch, bad: list[Bad], redact: Redact) -> None:
    erased = blocking.values_erased(batch.source, [raw.values for raw, _ in bad])
    contents = [
        ""
        if place in erased
        else " | ".join(value for value in raw.values.values() if value)[:_LONGEST_CONTENT]
        for place, (raw, _) in enumerate(bad)
    ]
    # What cannot be stored in a text column is shown as a question mark, not lost in silence.
    plain = [
        content.encode("utf-8", "replace").decode().replace("\x00", "?") for content in contents
    ]
    redacted = redact(plain) if plain else []
    sealed = rejects_seal(
        source=batch.source,
        batch=batch.pk,
        rows={
            raw.line: _as_it_came(raw)
            for place, (raw, _) in enumerate(bad)
            if raw.values and place not in erased
        },
    )
    RejectedRow.objects.bulk_create(
        RejectedRow(
            batch=batch,
            line=raw.line,
            field=why.field,
            reason=why.reason,
            detail=why.detail[:300],
            content=found.text,
            sealed_content=sealed[raw.line].blob if raw.line in sealed else None,
            seal_key_version=sealed[raw.line].version if raw.line in sealed else None,
        )
        for (raw, why), found in zip(bad, redacted, strict=True)
    )


def _as_it_came(raw: RawRow) -> str:
    """A row for whoever corrects it and sends it again, whole: a JSON object by column."""
    return json.dumps(dict(raw.values))
