"""Which reviews a figure is about: the period and the other filters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Store
from analytics.selectors.asking import UnknownName
from reviews.models import Channel

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Filters:
    """An empty tuple filters nothing, but for `channels`: figures are over reviews by default.

    Days are those of the time zone of the figures, both ends included; with either of them given,
    reviews without a date are out. `stores` and `categories` hold keys ("" stands for reviews
    without a category), `products` ids. `incentivised=False` leaves paid-for reviews out.
    """

    date_from: date | None = None
    date_to: date | None = None
    stores: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    products: tuple[int, ...] = ()
    channels: tuple[str, ...] = ()
    incentivised: bool = True

    def __post_init__(self) -> None:
        if self.date_from and self.date_to and self.date_from > self.date_to:
            raise UnknownName(
                _("The period ends (%(to)s) before it starts (%(from)s).")
                % {"from": self.date_from, "to": self.date_to}
            )

    @property
    def dated(self) -> bool:
        return self.date_from is not None or self.date_to is not None

    def before(self) -> Filters | None:
        """The same for the period of equal length just before; None without both dates."""
        if self.date_from is None or self.date_to is None:
            return None
        length = self.date_to - self.date_from + DAY
        return replace(self, date_from=self.date_from - length, date_to=self.date_from - DAY)

    def chosen(self, stores: Iterable[Store]) -> list[Store]:
        """Those of `stores` (what the reader may see) that the filter names."""
        return [store for store in stores if not self.stores or store.key in self.stores]

    def channel_keys(self, by: str) -> tuple[str, ...]:
        if self.channels:
            return self.channels
        return tuple(Channel.values) if by == "channel" else (Channel.REVIEW.value,)


EVERYTHING = Filters()


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `since` to `until`, both included; None is open."""

    since: date | None
    until: date | None

    def days(self, column: str) -> Q:
        found = Q()
        if self.since is not None:
            found &= Q(**{f"{column}__gte": self.since})
        if self.until is not None:
            found &= Q(**{f"{column}__lte": self.until})
        return found

    def moments(self, column: str) -> Q:
        found = Q()
        if self.since is not None:
            found &= Q(**{f"{column}__gte": midnight(self.since)})
        if self.until is not None:
            found &= Q(**{f"{column}__lt": midnight(self.until + DAY)})
        return found


def midnight(day: date) -> datetime:
    """The start of `day` in the time zone of the figures."""
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())


def split_months(span: Span) -> tuple[Span | None, list[Span]]:
    """The whole months of a span (None without any), and the ragged ends outside them."""
    first = span.since
    if first is not None and first.day != 1:
        first = (first.replace(day=1) + 31 * DAY).replace(day=1)
    last = span.until
    if last is not None and (last + DAY).day != 1:
        last = last.replace(day=1) - DAY
    if first is not None and last is not None and first > last:
        return None, [span]
    ends = []
    if span.since is not None and first is not None and span.since < first:
        ends.append(Span(span.since, first - DAY))
    if span.until is not None and last is not None and last < span.until:
        ends.append(Span(last + DAY, span.until))
    return Span(first, last), ends
