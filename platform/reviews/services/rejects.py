from __future__ import annotations

from collections.abc import Iterator

from reviews.models import ImportBatch

# A spreadsheet takes a cell that begins like this for a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def _safe(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value


def rejects_rows(*, batch: ImportBatch) -> Iterator[list[str]]:
    """The rejected rows as lines of a table, header first; texts are redacted."""
    yield ["line", "field", "reason", "what to do", "content"]
    for row in batch.rejections.iterator():
        yield [str(row.line), row.field, row.reason, _safe(row.detail), _safe(row.content)]
