"""Rows that did not go in: kept sealed, shown redacted, given back to be put right."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from privacy.services import audit_record
from reviews.importing.problems import RawRow, Rejection
from reviews.models import ImportBatch, RejectedRow
from reviews.services import sealing
from reviews.services.storing import Redact, Redacted

SHOWN = 500  # characters of a rejected row that are shown, redacted
# Columns of a list of rejects that are no part of the rows; an import passes them over.
MARK = "verbatim_"
NOTES = (f"{MARK}line", f"{MARK}field", f"{MARK}reason", f"{MARK}what_to_do")
_UNSPLIT = ""  # the key of a row that could not be split into cells

# A spreadsheet takes a cell that begins like this for a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Bad:
    """A row and why it was rejected."""

    raw: RawRow
    why: Rejection
    columns: Mapping[str, str] = field(default_factory=dict)

    def content(self) -> str:
        """What the row says, on one line, as much of it as is shown.

        Without the shopper, and without columns that are no field: names and addresses stand there.
        """
        shown = [column for name, column in self.columns.items() if name != "shopper"]
        cells = " | ".join(
            value[:SHOWN] for column in shown if (value := self.raw.values.get(column, ""))
        )
        return _storable((cells or self.raw.raw)[:SHOWN])

    def whole(self) -> str:
        values = self.raw.values or {_UNSPLIT: self.raw.raw}
        return json.dumps(values, ensure_ascii=True)


def _storable(text: str) -> str:
    # What cannot be stored in a text column is shown as a question mark, not lost in silence.
    return text.encode("utf-8", "replace").decode().replace("\x00", "?")


def contents_redacted(bad: Sequence[Bad], redact: Redact) -> list[Redacted]:
    """The contents as they may be shown. Touches no database."""
    return redact([one.content() for one in bad]) if bad else []


def rejects_write(*, batch: ImportBatch, bad: Sequence[Bad], shown: Sequence[Redacted]) -> None:
    """Keep rejected rows: what is shown of them, and the whole of them sealed."""
    RejectedRow.objects.bulk_create(
        RejectedRow(
            batch=batch,
            line=one.raw.line,
            field=_storable(one.why.field)[:60],
            reason=one.why.reason,
            detail=_storable(one.why.detail)[:300],
            content=found.text,
            sealed=sealing.seal_text(one.whole(), _place(batch.pk, one.raw.line)),
        )
        for one, found in zip(bad, shown, strict=True)
    )


def _place(batch_id: int, line: int) -> str:
    return f"reviews.rejectedrow|{batch_id}|{line}"


def safe(value: str) -> str:
    """A cell that no spreadsheet takes for a formula; `as_sent` undoes it."""
    return f"'{value}" if value.startswith(_FORMULA) or value.startswith("'") else value


def as_sent(values: dict[str, str]) -> dict[str, str]:
    """A row of a corrected list as it was before `safe`, without our own columns."""
    if NOTES[0] not in values:
        return values
    return {
        name: cell[1:] if cell.startswith("'") else cell
        for name, cell in values.items()
        if name not in NOTES
    }


def rejects_rows(*, batch: ImportBatch) -> Iterator[list[str]]:
    """The rejected rows as lines of a table, header first; texts are redacted."""
    yield ["line", "field", "reason", "what to do", "content"]
    for row in batch.rejections.iterator():
        yield [str(row.line), row.field, row.reason, safe(row.detail), safe(row.content)]


def rejects_open(*, actor: Any, batch: ImportBatch) -> Iterator[list[str]]:
    """The rejected rows as the file had them, as a table that can be put right and sent again.

    Opens what is sealed: leaves a trace. Rows that could not be split stand whole in the column of
    the text. Our own columns come last.
    """
    audit_record(
        actor=actor,
        action="rejects.open",
        object_type="import",
        object_id=batch.pk,
        details={"rows": batch.rejected},
    )
    header = _header(batch)
    yield [*map(safe, header), *NOTES]
    for row in batch.rejections.iterator():
        values = _opened(row)
        if _UNSPLIT in values:
            values = {_text_column(batch, header): values[_UNSPLIT]}
        cells = [safe(_storable(values.get(name, ""))) for name in header]
        yield [*cells, str(row.line), row.field, row.reason, safe(row.detail)]


def _opened(row: RejectedRow) -> dict[str, str]:
    if row.sealed is None:
        return {_UNSPLIT: row.content}
    found: dict[str, str] = json.loads(
        sealing.open_text(bytes(row.sealed), _place(row.batch_id, row.line))
    )
    return found


def _header(batch: ImportBatch) -> list[str]:
    names: dict[str, None] = dict.fromkeys(batch.header)
    if not names:
        for row in batch.rejections.iterator():
            names.update(dict.fromkeys(_opened(row)))
    names.pop(_UNSPLIT, None)
    return list(names) or ["text"]


def _text_column(batch: ImportBatch, header: Iterable[str]) -> str:
    return next((name for name in [batch.mapping.get("text", "")] if name in header), "") or next(
        (name for name in header if name.lower() in {"text", "body", "content", "评价内容"}),
        next(iter(header)),
    )
