"""How far the cells are behind the raw rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Min

from analytics.models import DirtyDay, DirtyMonth
from analytics.selectors.raw import DAY_COLUMNS, MONTH_COLUMNS


@dataclass(frozen=True, slots=True)
class Freshness:
    """`days` and `months`: cells still to be added up; `oldest`: the first day among them."""

    days: int
    months: int
    oldest: date | None

    @property
    def fresh(self) -> bool:
        return self.days == 0 and self.months == 0


def freshness() -> Freshness:
    return Freshness(
        days=DirtyDay.objects.values(*DAY_COLUMNS).distinct().count(),
        months=DirtyMonth.objects.values(*MONTH_COLUMNS).distinct().count(),
        oldest=DirtyDay.objects.aggregate(oldest=Min("day"))["oldest"],
    )
