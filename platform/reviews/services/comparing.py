"""What rows would do to what is stored: the one answer for imports, REST and dry runs.

Files come late, twice and out of order. A row changes a review when it says something new of it:
not what is stored, nor what was stored before, nor what is older where files say when.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from common.arrays import text_array
from reviews.importing.rows import HASH, CleanRow
from reviews.models import Source
from reviews.services.deleting import grave_keys

CREATED, UPDATED, UNCHANGED, DELETED = "created", "updated", "unchanged", "deleted"
_CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Known:
    """A stored review as far as it matters here."""

    id: int
    content_hash: str
    past: tuple[str, ...]
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Grave:
    content_hash: str
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Compared:
    """`fates` and `ids` are in the order of `rows`; an id is 0 for what is not stored.

    `newer`: ids of unchanged reviews of which the file has a later date; `graves`: what was
    deleted, by external id, of the rows that are not stored and of what they follow.
    """

    rows: Sequence[CleanRow]
    fates: list[str]
    ids: list[int]
    newer: dict[int, datetime]
    known: dict[str, Known]
    graves: dict[str, Grave]

    @property
    def touched(self) -> list[int]:
        """Ids of the stored reviews that are changed or taken out."""
        placed = zip(self.ids, self.fates, strict=True)
        return [*(pk for pk, fate in placed if pk and fate != UNCHANGED), *self.newer]


def stored_hash(row: CleanRow, redactor_version: str, policy: str) -> str:
    """What is stored of a row: its content, by which rules it was redacted, whether its original
    is kept (`policy`, see Source.OriginalPolicy), and what cleaning made of it.
    """
    return f"{row.content_hash}:{redactor_version}:{policy[:2]}{row.state}"


def corrected_hash(stored: str) -> str:
    """What is stored of a review that its author put right: the row it came as says nothing new,
    by whatever rules it would be redacted or cleaned.
    """
    return f"{stored[:HASH]}:{_CORRECTED}"


def rows_compare(*, source: Source, rows: Sequence[CleanRow], redactor_version: str) -> Compared:
    """Compare `rows` (their external ids all different) with what `source` has stored."""
    known = known_of(source, [row.external_id for row in rows])
    graves = graves_of(source, rows, known)
    fates: list[str] = []
    ids: list[int] = []
    newer: dict[int, datetime] = {}
    for row in rows:
        content = row.content_hash
        there = known.get(row.external_id)
        if there is None:
            # What was added to a deleted review does not come back without it.
            gone = row.follows in graves
            fates.append(UNCHANGED if gone else _fate_of_unknown(row, graves.get(row.external_id)))
            ids.append(0)
            continue
        fate = _fate_of_known(row, there, redactor_version, source.original_policy)
        fates.append(fate)
        ids.append(there.id)
        same = fate == UNCHANGED and content == there.content_hash[:HASH]
        if same and row.updated_at is not None and _later(row, there):
            newer[there.id] = row.updated_at
    return Compared(rows, fates, ids, newer, known, graves)


def _later(row: CleanRow, there: Known | Grave) -> bool:
    return row.updated_at is not None and (
        there.updated_at is None or row.updated_at > there.updated_at
    )


def _earlier(row: CleanRow, there: Known | Grave) -> bool:
    return (
        row.updated_at is not None
        and there.updated_at is not None
        and row.updated_at < there.updated_at
    )


def _fate_of_known(row: CleanRow, there: Known, version: str, policy: str) -> str:
    if _earlier(row, there):
        return UNCHANGED
    if row.deleted:
        return DELETED
    if row.content_hash == there.content_hash[:HASH]:
        # A better redactor or other cleaning rules are worth another look.
        same = {stored_hash(row, version, policy), corrected_hash(there.content_hash)}
        return UNCHANGED if there.content_hash in same else UPDATED
    return UNCHANGED if row.content_hash in there.past and not _later(row, there) else UPDATED


def _fate_of_unknown(row: CleanRow, grave: Grave | None) -> str:
    if row.deleted:
        return UNCHANGED
    if grave is None or _later(row, grave):
        return CREATED
    # Not later: either older than the deletion, or the same words once more.
    same = grave.content_hash == row.content_hash
    return UNCHANGED if _earlier(row, grave) or same else CREATED


def known_of(source: Source, external_ids: list[str]) -> dict[str, Known]:
    with connection.cursor() as cursor:
        # One look into the index for each, whatever the planner knows of a table that grows under
        # it: by `any` it read all reviews of the source for each chunk of a first import.
        cursor.execute(
            "select r.* from unnest(%s::text[]) as t(external_id) cross join lateral ("
            "select external_id, id, content_hash, past_hashes, source_updated_at "
            "from reviews_review where source_id = %s and external_id = t.external_id offset 0) r",
            [text_array(external_ids), source.pk],
        )
        return {row[0]: Known(row[1], row[2], tuple(row[3]), row[4]) for row in cursor.fetchall()}


def graves_of(
    source: Source, rows: Sequence[CleanRow], known: Mapping[str, Known]
) -> dict[str, Grave]:
    """What was deleted of `rows` that are not `known`, and of what they follow."""
    unknown = [row for row in rows if row.external_id not in known]
    followed = {row.follows for row in unknown if row.follows}
    return _graves(source, sorted({row.external_id for row in unknown} | followed))


def _graves(source: Source, names: Sequence[str]) -> dict[str, Grave]:
    if not names or not source.tombstones.exists():
        return {}
    by_key = dict(zip(grave_keys(source.pk, names), names, strict=True))
    found = source.tombstones.filter(key_hash__in=list(by_key))
    return {
        by_key[key]: Grave(content, updated)
        for key, content, updated in found.values_list(
            "key_hash", "content_hash", "source_updated_at"
        )
    }
