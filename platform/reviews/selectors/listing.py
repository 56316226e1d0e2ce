"""Pages of reviews, newest first. A page begins after a place, so every page costs the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import DateTimeField, ExpressionWrapper, F, Prefetch, Q, QuerySet

from reviews.models import Review, TextRevision

PAGE = 25  # reviews


class BadPlace(ValueError):
    """The place to go on from cannot be read."""


@dataclass(frozen=True, slots=True)
class Place:
    """After which review to go on. Reviews without a date come after all that have one."""

    posted_at: datetime | None
    id: int

    def __str__(self) -> str:
        when = "" if self.posted_at is None else self.posted_at.astimezone(UTC).isoformat()
        return f"{when}~{self.id}"

    @classmethod
    def parse(cls, text: str) -> Place:
        """Raises BadPlace."""
        when, _, number = text.rpartition("~")
        try:
            posted_at = datetime.fromisoformat(when) if when else None
            if posted_at is not None and posted_at.tzinfo is None:
                raise BadPlace
            return cls(posted_at, int(number))
        except (ValueError, OverflowError) as error:
            raise BadPlace from error


@dataclass(frozen=True, slots=True)
class ReviewPage:
    reviews: list[Review]
    following: Place | None  # None: this is the last page


def with_current_text(reviews: QuerySet[Review]) -> QuerySet[Review]:
    """Each review with `.current` (a list of its one current revision), product and store."""
    revisions = TextRevision.objects.filter(is_current=True).defer("search", "offset_map")
    along = Prefetch("revisions", queryset=revisions, to_attr="current")
    found = reviews.select_related("product__category", "store", "source")
    return found.prefetch_related(along)  # type: ignore[no-redef]  # the model declares it


def _dated(reviews: QuerySet[Review], after: Place | None) -> QuerySet[Review] | None:
    """Those with a date after `after`, in order; None when `after` is past all of them."""
    if after is not None and after.posted_at is None:
        return None
    found = reviews.filter(posted_at__isnull=False).order_by("-posted_at", "-id")
    if after is not None:
        found = found.filter(
            Q(posted_at__lt=after.posted_at) | Q(posted_at=after.posted_at, id__lt=after.id),
            posted_at__lte=after.posted_at,  # says nothing new, but lets an index begin there
        )
    return found


def _undated(reviews: QuerySet[Review], after: Place | None) -> QuerySet[Review]:
    found = reviews.filter(posted_at__isnull=True).order_by("-id")
    if after is not None and after.posted_at is None:
        found = found.filter(id__lt=after.id)
    return found


def place_after(
    reviews: QuerySet[Review], after: Place | None, size: int
) -> list[tuple[int, datetime | None]]:
    """(id, date) of the `size` reviews after `after`, in the order of pages."""
    dated = _dated(reviews, after)
    found = [] if dated is None else list(dated.values_list("pk", "posted_at")[:size])
    if len(found) < size:
        more = _undated(reviews, after).values_list("pk", "posted_at")
        found += more[: size - len(found)]
    return found


def place_among(
    reviews: QuerySet[Review], after: Place | None, size: int
) -> list[tuple[int, datetime | None]]:
    """The same as `place_after` where `reviews` are few: all of them are sorted.

    Asked in the plain order, the database reads every review there is until it has met enough of
    the few, which may be none at all.
    """
    if after is not None:
        later = Q(posted_at__isnull=True)
        if after.posted_at is None:
            reviews = reviews.filter(later, id__lt=after.id)
        else:
            same = Q(posted_at=after.posted_at, id__lt=after.id)
            reviews = reviews.filter(Q(posted_at__lt=after.posted_at) | same | later)
    # A sum is in no index.
    moment = ExpressionWrapper(F("posted_at") + timedelta(0), output_field=DateTimeField())
    ordered = reviews.order_by(moment.desc(nulls_last=True), "-id")
    return list(ordered.values_list("pk", "posted_at")[:size])


def page_of(ids: Sequence[int], size: int = PAGE) -> ReviewPage:
    """The page of the first `size` of `ids`, which are in order; more of them make a next page."""
    rows = {row.pk: row for row in with_current_text(Review.objects.filter(pk__in=ids[:size]))}
    shown = [rows[pk] for pk in ids[:size] if pk in rows]
    more = len(ids) > size and bool(shown)
    return ReviewPage(shown, Place(shown[-1].posted_at, shown[-1].pk) if more else None)


def review_page(
    reviews: QuerySet[Review], after: Place | None = None, size: int = PAGE
) -> ReviewPage:
    """`size` of `reviews` after `after`, newest first, those without a date last."""
    # One more tells whether there is a next page.
    return page_of([pk for pk, _ in place_after(reviews, after, size + 1)], size)
