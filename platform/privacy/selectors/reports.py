"""The monthly report of the privacy officer, as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count
from django.utils import timezone

from accounts.models import Store
from accounts.selectors import are_all_stores
from privacy import reporting
from privacy.models import PersonRequest, RetentionRun
from privacy.retention import classes
from privacy.selectors.audit import entries_of
from privacy.selectors.requests import OPEN, requests_for

_OPENED = ("original.open", "original.refuse", "original.fail")


class BadMonth(ValueError):
    """Not a month that can be reported."""


def month_of(text: str) -> date:
    """The first day of the month `YYYY-MM`; of this month when empty. Raises BadMonth."""
    today = timezone.localdate()
    if not text:
        return today.replace(day=1)
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise BadMonth(f"{text!r} is no month: write YYYY-MM") from None
    if found > today or found.year < 2000:
        raise BadMonth(f"{text!r} lies ahead or too far back")
    return found


def month_after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_before(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def month_report(month: date, stores: Sequence[Store]) -> dict[str, Any]:
    """Everything the report says of `month` (its first day) and these stores, as JSON values.

    Requests, openings of originals and figures are of the stores; removals are of the house, since
    one run serves all of it, but those by a rule for one source are told where it is theirs.
    """
    begin, end = _begins(month), _begins(month_after(month))
    ids = [store.pk for store in stores]
    return {
        "month": month.strftime("%Y-%m"),
        "stores": [store.key for store in stores],
        "requests": _requests(begin, end, stores),
        "expired": _expired(begin, end, stores),
        "opened": _opened(begin, end, stores),
        **{name: part(begin, end, ids) for name, part in reporting.parts().items()},
    }


def _requests(begin: datetime, end: datetime, stores: Sequence[Store]) -> dict[str, Any]:
    mine = requests_for(stores)
    received = mine.filter(received_at__gte=begin, received_at__lt=end)
    closed = list(mine.filter(closed_at__gte=begin, closed_at__lt=end))
    open_now = list(mine.filter(state__in=OPEN))
    late = [one for one in closed if one.closed_at and one.closed_at > one.due_at]
    return {
        "received": dict(Counter(received.values_list("kind", flat=True))),
        "done": sum(one.state == PersonRequest.State.DONE for one in closed),
        "refused": sum(one.state == PersonRequest.State.REFUSED for one in closed),
        "closed_late": len(late),
        "days_to_close": _median([one.age_days for one in closed]),
        "open": len(open_now),
        "overdue": sum(one.days_left < 0 for one in open_now),
        "oldest_days": max((one.age_days for one in open_now), default=None),
    }


def _median(values: list[int]) -> float | None:
    if not values:
        return None
    ordered = sorted(values)
    middle = len(ordered) // 2
    return (ordered[middle] + ordered[~middle]) / 2


def _expired(begin: datetime, end: datetime, stores: Sequence[Store]) -> dict[str, Any]:
    runs = RetentionRun.objects.filter(started_at__gte=begin, started_at__lt=end)
    gone: Counter[str] = Counter()
    problems: Counter[str] = Counter()
    for run in runs:
        gone.update(run.gone)
        problems.update(run.problems.keys())
    foreign = _foreign({*gone, *problems}, stores)
    last = RetentionRun.objects.first()
    return {
        "runs": len(runs),
        "gone": {name: count for name, count in gone.items() if count and name not in foreign},
        "problems": {name: n for name, n in problems.items() if name not in foreign},
        "last_run": last.started_at.isoformat() if last else None,
    }


def _foreign(names: set[str], stores: Sequence[Store]) -> set[str]:
    """Of the removals `names`, those by rules for other stores: "class scope"."""
    if are_all_stores(stores):
        return set()
    theirs = {f"{one.key} {scope}" for one in classes() for scope in one.scopes(stores)}
    return {name for name in names if " " in name and name not in theirs}


def _opened(begin: datetime, end: datetime, stores: Sequence[Store]) -> list[dict[str, Any]]:
    rows = (
        entries_of(stores)
        .filter(action__in=_OPENED, at__gte=begin, at__lt=end)
        .order_by()
        .values("actor_name", "action", "details__reason")
        .annotate(n=Count("pk"))
        .order_by("actor_name", "action", "details__reason")
    )
    return [
        {
            "who": row["actor_name"],
            "what": row["action"],
            "reason": row["details__reason"] or "",
            "times": row["n"],
        }
        for row in rows
    ]
