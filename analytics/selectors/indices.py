"""The indices, by group and over time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Store
from analytics.formulas.figures import Figure, index_figure
from analytics.selectors.asking import Asked, UnknownName, question_asked
from analytics.selectors.counting import BY, Counts, counts_by
from analytics.selectors.filters import DAY, EVERYTHING, Filters
from analytics.selectors.naming import Name, names_of
from modelops.selectors import champion

_IN_TIME = {"day", "week", "month"}


def _make(asked: Asked, counts: Counts, group: Any, name: Name, model: str | None) -> Figure:
    return index_figure(
        name.key,
        name.name,
        counts.answers.get(group, {}),
        asked.polarities,
        model=model,
        left_out=counts.left_out.get(group),
        ref=name.ref,
    )


def _counted(
    question: str, by: str, stores: Iterable[Store], filters: Filters
) -> tuple[Asked, Counts, str | None]:
    asked = question_asked(question)
    model = champion()
    counts = counts_by(asked, by, filters.chosen(stores), filters, model.pk if model else None)
    return asked, counts, model.label if model else None


def index_rows(
    question: str,
    by: str,
    *,
    stores: Iterable[Store],
    filters: Filters = EVERYTHING,
    limit: int | None = None,
) -> list[Figure]:
    """The index of `question` in each group: in order of time, else most reviews first.

    Groups without any review are not among them, but "all" always is. What was left out is not
    known for products and brands unless the filter names products. `limit` keeps the first ones.
    Raises UnknownName for an unknown question or grouping.
    """
    if by not in BY:
        raise UnknownName(
            _("Figures cannot be grouped by “%(by)s”; possible are: %(known)s.")
            % {"by": by, "known": ", ".join(BY)}
        )
    asked, counts, model = _counted(question, by, stores, filters)
    groups = counts.groups or (["all"] if by == "all" else [])
    if by in _IN_TIME:
        groups.sort(key=lambda group: (group is None, group or date.max))
    else:
        groups.sort(key=lambda group: -sum(counts.answers.get(group, {}).values()))
    groups = groups[:limit]
    names = names_of(by, groups)
    return [_make(asked, counts, group, names[group], model) for group in groups if group in names]


def index_series(
    question: str,
    *,
    stores: Iterable[Store],
    filters: Filters = EVERYTHING,
    step: str = "week",
) -> list[Figure]:
    """The index over time, a figure for every `step` (day, week or month) of the period.

    Steps without a review have the state "no_data". Without dates in the filter it runs from the
    first to the last review; reviews without a date are not in it. The first and the last step
    hold only those of their days that lie in the period. Raises UnknownName for another step.
    """
    if step not in _IN_TIME:
        raise UnknownName(
            _("A line cannot go by “%(step)s”; possible are: day, week, month.") % {"step": step}
        )
    asked, counts, model = _counted(question, step, stores, filters)
    days = [group for group in counts.groups if group is not None]
    first = filters.date_from or min(days, default=None)
    last = filters.date_to or max(days, default=None)
    if first is None or last is None:
        return []
    steps = []
    at = _start(step, first)
    while at <= last:
        steps.append(at)
        at = _start(step, at + {"day": DAY, "week": 7 * DAY, "month": 31 * DAY}[step])
    names = names_of(step, steps)
    return [_make(asked, counts, at, names[at], model) for at in steps]


def _start(step: str, day: date) -> date:
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day
