"""A figure: any number shown, with what is needed to judge it.

The corrected state comes from `ppi`: a figure with audit labels gets `labels`, `low` and `high`
from there, method "ppi" and state "corrected"; nothing else in its shape changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from analytics.formulas.intervals import (
    Change,
    Interval,
    difference,
    index_interval,
    share_interval,
)
from taxonomy.index import index

LEAST = 10  # reviews; below, a figure shows no number

PLAIN = "plain"  # method: an interval of the counts alone

CORRECTED = "corrected"
UNCORRECTED = "uncorrected"
MODELLED = "modelled"
TOO_FEW = "too_few"
NO_DATA = "no_data"


@dataclass(frozen=True, slots=True)
class Figure:
    """`value`, `low` and `high` are None when the state is "too_few" or "no_data", never 0.

    An index is in [-1, 1], a share in [0, 1], a rate in requests per 1,000 reviews.
    """

    key: str | None  # None: the group of reviews that lack a category, date, product or brand
    name: str
    value: float | None
    low: float | None
    high: float | None
    n: int  # reviews counted
    labels: int  # audit labels used
    model: str | None  # label of the model version; None without a champion
    method: str
    state: str
    counts: dict[str, int] = field(default_factory=dict)  # reviews by choice
    left_out: dict[str, int] = field(default_factory=dict)  # reviews not counted, by reason
    ref: int | None = None  # the database id of what `key` names, where there is one

    def as_dict(self) -> dict[str, Any]:
        """For JSON; numbers to six decimals."""
        found = asdict(self)
        for name in ("value", "low", "high"):
            if found[name] is not None:
                found[name] = round(found[name], 6)
        return found

    @property
    def interval(self) -> Interval | None:
        if self.low is None or self.high is None:
            return None
        return Interval(self.low, self.high)


def _figure(
    key: str | None,
    name: str,
    value: float | None,
    interval: Interval | None,
    n: int,
    model: str | None,
) -> Figure:
    if n == 0 or value is None or interval is None:
        return Figure(key, name, None, None, None, n, 0, model, PLAIN, NO_DATA)
    if n < LEAST:
        return Figure(key, name, None, None, None, n, 0, model, PLAIN, TOO_FEW)
    return Figure(key, name, value, interval.low, interval.high, n, 0, model, PLAIN, UNCORRECTED)


def index_figure(
    key: str | None,
    name: str,
    counts: Mapping[str, int],
    polarities: Mapping[str, int],
    *,
    model: str | None,
    left_out: Mapping[str, int] | None = None,
    ref: int | None = None,
) -> Figure:
    """The index of `counts` (reviews by choice key), given each choice's polarity."""
    sums = {1: 0, 0: 0, -1: 0}
    for choice, n in counts.items():
        sums[polarities[choice]] += n
    value = index(sums[1], sums[-1], sums[0])
    interval = index_interval(sums[1], sums[-1], sums[0])
    figure = _figure(key, name, value, interval, sum(sums.values()), model)
    complete = {choice: counts.get(choice, 0) for choice in polarities}
    return replace(figure, counts=complete, left_out=dict(left_out or {}), ref=ref)


def share_figure(key: str, name: str, part: int, total: int, *, model: str | None) -> Figure:
    """`part` of `total` reviews, as a share in [0, 1]."""
    value = part / total if total else None
    figure = _figure(key, name, value, share_interval(part, total), total, model)
    return replace(figure, counts={key: part})


def rate_figure(key: str, name: str, part: int, total: int, *, model: str | None) -> Figure:
    """`part` of `total` reviews, per 1,000 reviews."""
    figure = share_figure(key, name, part, total, model=model)
    if figure.value is None or figure.low is None or figure.high is None:
        return figure
    return replace(
        figure, value=figure.value * 1000, low=figure.low * 1000, high=figure.high * 1000
    )


def change(now: Figure | None, before: Figure | None) -> Change | None:
    """How `now` differs from `before`; None when either shows no number."""
    if now is None or before is None or now.value is None or before.value is None:
        return None
    interval, interval_before = now.interval, before.interval
    if interval is None or interval_before is None:
        return None
    return difference(now.value, interval, before.value, interval_before)
