"""Rows that did not go in: kept sealed, shown redacted, given back to be put right."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

from django.db.models import Q

from reviews.importing import reading
from reviews.importing.columns import at_places
from reviews.importing.kept import NOTES, is_ours
from reviews.importing.problems import RawRow, Rejection
from reviews.models import ImportBatch, RejectedRow
from reviews.services import blocking
from reviews.services.originals import rejects_opener, rejects_seal
from reviews.services.redacted import Redact, Redacted

AT_ONCE = 100  # refused rows held in memory; a cell may be a megabyte
SHOWN = 500  # characters of a rejected row that are shown, redacted
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

    def whole(self, header: Sequence[str]) -> str:
        """The row, by the names of its columns that are kept."""
        values = self.raw.values or {_UNSPLIT: self.raw.raw}
        return json.dumps(_by_kept_names(values, header), ensure_ascii=True)


def _by_kept_names(values: Mapping[str, str], header: Sequence[str]) -> Mapping[str, str]:
    if not any(name.startswith("#") for name in header):
        return values
    # A table's row has its cells in the order of its columns, however few they are.
    return {
        name if name in header or is_ours(name) or name == _UNSPLIT else f"#{place}": value
        for place, (name, value) in enumerate(values.items(), start=1)
    }


def _storable(text: str) -> str:
    # What cannot be stored in a text column is shown as a question mark, not lost in silence.
    return text.encode("utf-8", "replace").decode().replace("\x00", "?")


def contents_redacted(bad: Sequence[Bad], redact: Redact) -> list[Redacted]:
    """The contents as they may be shown. Touches no database."""
    return redact([one.content() for one in bad]) if bad else []


def rejects_write(*, batch: ImportBatch, bad: Sequence[Bad], shown: Sequence[Redacted]) -> None:
    """Keep rejected rows: what is shown of them, and the whole of them sealed.

    Of a row that names somebody erased nothing is kept. Inside the transaction of their import.
    """
    erased = blocking.values_erased(batch.source, [one.raw.values for one in bad])
    kept = {
        one.raw.line: one.whole(batch.header)
        for place, one in enumerate(bad)
        if place not in erased and (one.raw.values or one.raw.raw)
    }
    sealed = rejects_seal(source=batch.source, batch=batch.pk, rows=kept)
    RejectedRow.objects.bulk_create(
        RejectedRow(
            batch=batch,
            line=one.raw.line,
            field=_storable(one.why.field)[:60],
            reason=one.why.reason,
            detail=_storable(one.why.detail)[:300],
            content="" if place in erased else found.text,
            sealed_content=sealed[one.raw.line].blob if one.raw.line in sealed else None,
            seal_key_version=sealed[one.raw.line].version if one.raw.line in sealed else None,
        )
        for place, (one, found) in enumerate(zip(bad, shown, strict=True))
    )


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
    for row in batch.rejections.defer("sealed_content").iterator():
        yield [str(row.line), row.field, row.reason, safe(row.detail), safe(row.content)]


Opened = tuple[RejectedRow, dict[str, str]]
"""A refused row and its cells as the file had them."""


def rejects_open(*, actor: Any, batch: ImportBatch, reason: str) -> Iterator[list[str]]:
    """The rejected rows as the file had them, as a table that can be put right and sent again.

    Opens what is sealed, some rows at a time: for the privacy officer, with a reason, and it leaves
    a trace. Rows that could not be split stand whole in the column of the text. Our own columns
    come last. Raises as `privacy.services.texts_opener`.
    """
    opener = rejects_opener(actor=actor, batch=batch, reason=reason)

    def rows() -> Iterator[Opened]:
        for some in _pieces(batch):
            opened = opener(some)
            yield from ((row, _values(row, opened.get(row.pk))) for row in some)

    table = _table(batch, batch.header, rows)
    # Where nothing can be opened now, that is said before anything is sent.
    return chain(list(islice(table, 2)), table)


def rejects_again(*, batch: ImportBatch, path: Path) -> Iterator[list[str]]:
    """As `rejects_open`, read from the file itself where it still lies: nothing is opened."""

    def rows() -> Iterator[Opened]:
        with closing(reading.read(path, batch.file_name)) as found:
            while some := list(islice(found, AT_ONCE)):
                there = batch.rejections.defer("sealed_content").filter(
                    line__in=[raw.line for raw in some]
                )
                rejected = {row.line: row for row in there}
                for raw in some:
                    if raw.line in rejected:
                        yield rejected[raw.line], raw.values or {_UNSPLIT: raw.raw}

    return _table(batch, reading.look(path, name=batch.file_name).header, rows)


def _pieces(batch: ImportBatch) -> Iterator[list[RejectedRow]]:
    """The refused rows of an import in the order of its file, never many of them at once."""
    rows = batch.rejections.order_by("line", "pk")
    some = list(rows[:AT_ONCE])
    while some:
        yield some
        line, pk = some[-1].line, some[-1].pk
        some = list(rows.filter(Q(line__gt=line) | Q(line=line, pk__gt=pk))[:AT_ONCE])


def _table(
    batch: ImportBatch, header: Sequence[str], rows: Callable[[], Iterator[Opened]]
) -> Iterator[list[str]]:
    header = _header(header, rows)
    yield [*map(safe, header), *NOTES]
    for row, values in rows():
        if _UNSPLIT in values:
            values = {_text_column(batch, header): values[_UNSPLIT]}
        cells = [safe(_storable(values.get(name, ""))) for name in header]
        yield [*cells, str(row.line), row.field, row.reason, safe(row.detail)]


def _values(row: RejectedRow, opened: str | None) -> dict[str, str]:
    if opened is None:
        return {_UNSPLIT: row.content}
    found: dict[str, str] = json.loads(opened)
    return found


def _header(header: Sequence[str], rows: Callable[[], Iterator[Opened]]) -> list[str]:
    names: dict[str, None] = dict.fromkeys(header)
    if not names:  # an import whose header was not kept: read once more, for its names
        for _, values in rows():
            names.update(dict.fromkeys(values))
    names.pop(_UNSPLIT, None)
    return list(names) or ["text"]


def _text_column(batch: ImportBatch, header: Sequence[str]) -> str:
    text = at_places(header, batch.mapping).get("text", "")
    return next((name for name in [text] if name in header), "") or next(
        (name for name in header if name.lower() in {"text", "body", "content", "评价内容"}),
        next(iter(header)),
    )
