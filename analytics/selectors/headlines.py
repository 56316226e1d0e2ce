"""What a manager reads first of each question, and how it changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Store
from analytics.formulas.figures import Figure, change, rate_figure, share_figure
from analytics.formulas.intervals import Change
from analytics.selectors.asking import question_asked
from analytics.selectors.filters import EVERYTHING, Filters
from analytics.selectors.indices import index_rows
from taxonomy.questions import SAYS_NOTHING


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure beside that of the period before; `change` is None where either has no number."""

    now: Figure
    before: Figure | None
    change: Change | None


@dataclass(frozen=True, slots=True)
class Headline:
    """`parts` come first where there are any; the index stands beside them.

    purchase_intent: `want`, `will_not` (shares of those who express an intent), `says` (the share
    of all reviews that do). product_demand: `requests` and each kind, per 1,000 reviews.
    `unit` of the parts: "share", "per_1000" or "" where there are none.
    """

    question: str
    index: Compared
    parts: dict[str, Compared]
    unit: str


def _compare(now: Figure, before: Figure | None) -> Compared:
    return Compared(now, before, change(now, before))


def _intent_parts(index: Figure, names: dict[str, str]) -> dict[str, Figure]:
    counts, model = index.counts, index.model
    said = sum(n for choice, n in counts.items() if choice != SAYS_NOTHING)
    if not {"want", "will_not"} <= names.keys():
        return {}  # they were merged or split since; the counts by answer are shown
    found: dict[str, Figure] = {
        key: share_figure(key, names[key], counts[key], said, model=model)
        for key in ("want", "will_not")
    }
    found["says"] = share_figure("says", _("say whether they will buy"), said, index.n, model=model)
    return found


def _demand_parts(index: Figure, names: dict[str, str]) -> dict[str, Figure]:
    kinds = {choice: n for choice, n in index.counts.items() if choice != SAYS_NOTHING}
    found = {
        "requests": rate_figure(
            "requests", _("requests"), sum(kinds.values()), index.n, model=index.model
        )
    }
    for choice, n in kinds.items():
        found[choice] = rate_figure(choice, names[choice], n, index.n, model=index.model)
    return found


_PARTS = {
    "purchase_intent": (_intent_parts, "share"),
    "product_demand": (_demand_parts, "per_1000"),
}


def headline(question: str, *, stores: Iterable[Store], filters: Filters = EVERYTHING) -> Headline:
    """The first figures of `question`, each with its change against the period before.

    Without both dates in the filter there is no period before, and no change.
    """
    stores = list(stores)
    names = question_asked(question).names
    now = index_rows(question, "all", stores=stores, filters=filters)[0]
    earlier = filters.before()
    before = None
    if earlier is not None:
        before = index_rows(question, "all", stores=stores, filters=earlier)[0]
    make, unit = _PARTS.get(question, (lambda index, names: {}, ""))
    parts_before = make(before, names) if before is not None else {}
    parts = {key: _compare(part, parts_before.get(key)) for key, part in make(now, names).items()}
    return Headline(question, _compare(now, before), parts, unit)


def compared_rows(
    question: str, by: str, *, stores: Iterable[Store], filters: Filters = EVERYTHING
) -> list[Compared]:
    """`index_rows`, each beside the same group in the period before."""
    stores = list(stores)
    earlier = filters.before()
    before = {}
    if earlier is not None:
        rows = index_rows(question, by, stores=stores, filters=earlier)
        before = {(row.key, row.ref): row for row in rows}
    now = index_rows(question, by, stores=stores, filters=filters)
    return [_compare(row, before.get((row.key, row.ref))) for row in now]
