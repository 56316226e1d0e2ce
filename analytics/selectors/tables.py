"""The three indices side by side, for a first look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import Store
from analytics.formulas.figures import Figure
from analytics.selectors.filters import EVERYTHING, Filters
from analytics.selectors.indices import index_rows
from taxonomy.questions import QUESTIONS


@dataclass(frozen=True, slots=True)
class TableRow:
    """One line: what it is about, and a figure a question (absent where it has no review)."""

    by: str
    key: str | None
    name: str
    figures: dict[str, Figure]


def indices_table(*, stores: Iterable[Store], filters: Filters = EVERYTHING) -> list[TableRow]:
    """All reviews, each language, then each category, most reviews first."""
    stores = list(stores)
    found: list[TableRow] = []
    for by in ("all", "language", "category"):
        lines: dict[tuple[str | None, int | None], TableRow] = {}
        for question in QUESTIONS:
            for figure in index_rows(question.key, by, stores=stores, filters=filters):
                line = lines.setdefault(
                    (figure.key, figure.ref), TableRow(by, figure.key, figure.name, {})
                )
                line.figures[question.key] = figure
        rows = list(lines.values())
        if by == "language":
            # zh, then en; languages that are only left out need no line.
            rows = [row for key in ("zh", "en") for row in rows if row.key == key]
        found += rows
    return found
