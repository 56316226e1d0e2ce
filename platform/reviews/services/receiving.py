"""Reviews sent by a program: checked one by one, redacted by the text service, stored at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import OperationalError
from psycopg.errors import DeadlockDetected

from common import text_service
from privacy.redaction.spans import Span
from privacy.services import audit_record
from reviews import keys
from reviews.cleaning.catalogue import Cleaner
from reviews.importing.columns import FIELDS
from reviews.importing.rows import CleanRow, RowReader
from reviews.importing.values import LONGEST_ID, Rejection
from reviews.models import Source
from reviews.selectors.policies import policy_of
from reviews.services.blocking import ERASED
from reviews.services.storing import (
    ERASED_FATE,
    ChunkResult,
    Doubtful,
    Redact,
    Redacted,
    rows_store,
)

REJECTED = "rejected"
_FATES = ("created", "updated", "unchanged", "deleted", REJECTED)
_TRIES = 3


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What became of one item: `index` counts from 0; `error` says why it was rejected."""

    index: int
    id: str | None
    status: str
    error: Rejection | None = None

    def as_dict(self) -> dict[str, Any]:
        found: dict[str, Any] = {"index": self.index, "id": self.id, "status": self.status}
        if self.error is not None:
            found["error"] = {
                "field": self.error.field,
                "reason": self.error.reason,
                "detail": self.error.detail,
            }
        return found


@dataclass
class Reception:
    """One request: its items come in chunks, and no review may come twice.

    `redact` is the text service by default, whose version is asked for once: it raises
    TextServiceUnavailable before anything is written. It redacts by the policy of the source.
    """

    actor: Any
    source: Source
    redactor_version: str
    redact: Redact | None = None
    results: list[ItemResult] = field(default_factory=list)
    _seen: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._policy = policy_of(self.source)
        self._stamp = self._policy.stamp(self.redactor_version)
        self._reader = RowReader(
            {name: name for name in FIELDS},
            frozenset(FIELDS),
            {},
            ZoneInfo(settings.TIME_ZONE),
            datetime.now(UTC),
            keys.content_key(),
            cleaner=Cleaner.but(self.source.rules_off),
        )

    def items_store(self, items: Sequence[Any]) -> None:
        """Store the next `items` (JSON values, or a Rejection where there is none).

        The good ones are one transaction. Raises TextServiceUnavailable: none of them is stored.
        """
        start = len(self.results)
        rows: list[CleanRow] = []
        found: dict[int, ItemResult] = {}
        for index, item in enumerate(items, start):
            try:
                rows.append(self._checked(index, item))
            except Rejection as why:
                found[index] = ItemResult(index, _own_id(item), REJECTED, why)
        if rows:
            fates = self._store(rows).fates
            for row in rows:
                fate = fates[row.external_id]
                found[row.line] = (
                    ItemResult(row.line, row.external_id, REJECTED, ERASED)
                    if fate == ERASED_FATE
                    else ItemResult(row.line, row.external_id, fate)
                )
        self.results += [found[index] for index in sorted(found)]

    def _checked(self, index: int, item: Any) -> CleanRow:
        row = self._reader.read(index, values_of(item))
        first = self._seen.setdefault(row.external_id, index)
        if first != index:
            raise Rejection("id", "duplicate_id", f"the same review is item {first}")
        return row

    def _store(self, rows: list[CleanRow]) -> ChunkResult:
        # In one order, so that two requests with the same reviews do not lock crosswise.
        rows = sorted(rows, key=lambda row: row.external_id)
        for last in range(_TRIES - 1, -1, -1):
            try:
                return rows_store(
                    actor=self.actor,
                    source=self.source,
                    rows=rows,
                    redact=self.redact or self._by_service,
                    redactor_version=self._stamp,
                )
            except OperationalError as error:
                if not last or not isinstance(error.__cause__, DeadlockDetected):
                    raise
        raise AssertionError

    def _by_service(self, texts: Sequence[str]) -> list[Redacted]:
        if not texts:
            return []
        found = text_service.redact(texts, self._policy.to_json())
        if any(one.redactor_version != self._stamp for one in found):
            # Newer rules took over meanwhile; the hashes would name the wrong version.
            raise text_service.TextServiceUnavailable
        return [
            Redacted(
                one.text,
                len(one.spans),
                tuple(Doubtful(**doubt) for doubt in one.doubts),
                tuple(Span(**span) for span in one.spans),
            )
            for one in found
        ]

    def counts(self) -> dict[str, int]:
        counts = dict.fromkeys(_FATES, 0)
        for result in self.results:
            counts[result.status] += 1
        return counts

    @property
    def stored(self) -> int:
        """Reviews that are new, changed or gone."""
        counts = self.counts()
        return counts["created"] + counts["updated"] + counts["deleted"]


def reception_finish(*, reception: Reception) -> None:
    """Leave a trace of what was brought, when anything was."""
    if reception.stored:
        audit_record(
            actor=reception.actor,
            action="reviews.receive",
            object_type="source",
            object_id=reception.source.pk,
            details=reception.counts(),
        )


def values_of(item: Any) -> dict[str, str]:
    """The fields of a JSON object as text. Raises Rejection for what is none of ours."""
    if isinstance(item, Rejection):
        raise item
    if not isinstance(item, dict):
        raise Rejection("", "bad_item", "not a JSON object")
    unknown = _first(name for name in item if name not in FIELDS)
    if unknown is not None:
        known = ", ".join(FIELDS)
        raise Rejection(_shown(unknown), "unknown_field", f"no such field; there are {known}")
    found = {}
    for name, value in item.items():
        if isinstance(value, bool) and name == "deleted":
            found[name] = "true" if value else ""
        elif isinstance(value, bool | list | dict):
            raise Rejection(name, "bad_type", "give a string, a number or null")
        else:
            found[name] = "" if value is None else str(value)
    return found


def _first(names: Iterable[str]) -> str | None:
    return next(iter(names), None)


def _shown(name: str) -> str:
    return name[:60].encode("utf-8", "replace").decode()


def _own_id(item: Any) -> str | None:
    """The id the sender gave, where it can be shown."""
    value = item.get("id") if isinstance(item, dict) else None
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value).strip()
    fits = text and len(text) <= LONGEST_ID and text.isprintable()
    return text if fits else None
