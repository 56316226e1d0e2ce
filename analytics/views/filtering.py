"""The filters of a page. They live in its address, so that a link or "back" keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Store
from accounts.selectors import stores_for
from analytics.selectors.browsing import Sought, newest_day
from annotation.selectors.blindness import only_labels, reviews_blind
from annotation.selectors.label_sets import questions_asked
from modelops.selectors.searching import SAYS_SOMETHING
from reviews.models import ANALYSED_LANGUAGES, Category, Channel
from reviews.selectors.products import categories_for, products_for
from taxonomy.mentions import KINDS
from taxonomy.questions import SAYS_NOTHING, Question

PERIODS = {
    "7": gettext_lazy("last 7 days"),
    "30": gettext_lazy("last 30 days"),
    "90": gettext_lazy("last 90 days"),
    "180": gettext_lazy("last 180 days"),
    "365": gettext_lazy("last 365 days"),
    "all": gettext_lazy("all time"),
}
NO_CATEGORY = "-"
# Names of the address that a figure's link hands on to the reviews behind it.
KEPT = ("period", "from", "to", "store", "language", "category", "channel")


@dataclass(frozen=True, slots=True)
class PageFilters:
    """What the address says, and what a page offers to choose from."""

    sought: Sought
    period: str  # a key of PERIODS, or "" for days of one's own
    newest: date | None
    stores: list[Store]  # all that the person may see
    store: Store | None
    categories: list[Category]
    values: Mapping[str, str]

    @property
    def periods(self) -> list[tuple[str, Any]]:
        return list(PERIODS.items())

    @property
    def languages(self) -> tuple[str, ...]:
        return ANALYSED_LANGUAGES

    @property
    def channels(self) -> list[tuple[str, Any]]:
        return list(Channel.choices)

    @property
    def days(self) -> int | None:
        if self.sought.since is None or self.sought.until is None:
            return None
        return (self.sought.until - self.sought.since).days + 1

    @property
    def previous(self) -> tuple[date, date] | None:
        """The days just before, as many; None when the period has no beginning."""
        if self.sought.since is None or self.days is None:
            return None
        return self.sought.since - timedelta(days=self.days), self.sought.since - timedelta(days=1)

    @property
    def ended_early(self) -> bool:
        """Whether the period ends with the newest review, before today."""
        last = self.sought.until
        return bool(self.period and last is not None and last < timezone.localdate())

    @property
    def days_words(self) -> str:
        return days_words(self.sought.since, self.sought.until)

    @property
    def previous_words(self) -> str:
        return days_words(*self.previous) if self.previous else ""

    @property
    def narrowed(self) -> bool:
        """Whether more than the period is chosen."""
        return any(self.values.get(name) for name in self.values if name not in {"period", "after"})


def days_words(since: date | None, until: date | None) -> str:
    """The days from `since` to `until` in the reader's own way of writing them."""
    if since is None and until is None:
        return _("all time")
    shown = {
        "since": date_format(since, "DATE_FORMAT") if since else "",
        "until": date_format(until, "DATE_FORMAT") if until else "",
    }
    if since is None:
        return _("until %(until)s") % shown
    if until is None:
        return _("since %(since)s") % shown
    return _("%(since)s to %(until)s") % shown


def page_filters(request: HttpRequest, *, period: str) -> PageFilters:
    """The filters in the address of `request`; `period` where it names none.

    A store, category or product that the person may not see is not found: raises Http404. Values
    that mean nothing are passed over. Periods end on the day of the newest review, or today when
    that is earlier.
    """
    get = request.GET
    mine = list(stores_for(request.user).order_by("key"))
    store = _one(mine, get.get("store", ""))
    stores = [store] if store else mine
    categories = list(categories_for(mine))
    wanted = get.get("category", "")
    category = None if wanted == NO_CATEGORY else _one(categories, wanted)
    newest = newest_day(stores)
    named, since, until = _days(get, newest, period)
    sought = Sought(
        stores=stores,
        since=since,
        until=until,
        language=_known(get.get("language", ""), ANALYSED_LANGUAGES),
        category=category,
        without_category=wanted == NO_CATEGORY,
        product=_product(mine, get.get("product", "")),
        channel=_known(get.get("channel", ""), Channel.values),
        stars=int(_known(get.get("stars", ""), "12345") or 0) or None,
        source=get.get("source", "")[:120],
        answers={
            question.key: get[question.key]
            for question in questions_asked()
            if get.get(question.key, "") in _answers_to(question)
        },
        mention=_known(get.get("mention", ""), KINDS),
        words=get.get("q", "").replace("\x00", "")[:200],
        counted=get.get("counted") == "1",
        blind=reviews_blind(request.user) if only_labels(request.user) else None,
    )
    return PageFilters(
        sought,
        named,
        newest,
        mine,
        store,
        categories,
        {key: str(value) for key, value in get.items()},
    )


def _answers_to(question: Question) -> tuple[str, ...]:
    some = (SAYS_SOMETHING,) if SAYS_NOTHING in question.choice_keys else ()
    return (*question.choice_keys, *some)


def _one(rows: list[Any], key: str) -> Any:
    if not key:
        return None
    for row in rows:
        if row.key == key:
            return row
    raise Http404


def _known(value: str, values: Any) -> str:
    return value if value and value in values else ""


def _product(stores: list[Store], number: str) -> Any:
    if not number:
        return None
    if not (number.isascii() and number.isdigit()) or len(number) > 18:
        raise Http404
    found = products_for(stores).filter(pk=int(number)).first()
    if found is None:
        raise Http404
    return found


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    # Years a calendar and a database both know.
    return found if 1990 <= found.year <= 2200 else None


def _days(
    get: Mapping[str, str], newest: date | None, default: str
) -> tuple[str, date | None, date | None]:
    since, until = _day(get.get("from", "")), _day(get.get("to", ""))
    if since and until and since > until:
        since, until = until, since
    if since or until:
        return "", since, until
    named = get.get("period", "")
    named = named if named in PERIODS else default
    if named == "all":
        return named, None, None
    today = timezone.localdate()
    last = min(newest, today) if newest else today
    return named, last - timedelta(days=int(named) - 1), last
