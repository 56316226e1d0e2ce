"""Pages of reviews, newest first. A page begins after a place, so every page costs the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Prefetch, Q, QuerySet

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


def review_page(
    reviews: QuerySet[Review], after: Place | None = None, size: int = PAGE
) -> ReviewPage:
    """`size` of `reviews` after `after`, newest first, those without a date last."""
    found: list[Review] = []
    wanted = size + 1  # one more tells whether there is a next page
    if after is None or after.posted_at is not None:
        dated = with_current_text(reviews).filter(posted_at__isnull=False)
        if after is not None:
            dated = dated.filter(
                Q(posted_at__lt=after.posted_at) | Q(posted_at=after.posted_at, id__lt=after.id)
            )
        found += dated.order_by("-posted_at", "-id")[:wanted]
    if len(found) < wanted:
        undated = with_current_text(reviews).filter(posted_at__isnull=True)
        if after is not None and after.posted_at is None:
            undated = undated.filter(id__lt=after.id)
        found += undated.order_by("-id")[: wanted - len(found)]
    shown = found[:size]
    more = len(found) > size
    return ReviewPage(shown, Place(shown[-1].posted_at, shown[-1].pk) if more else None)
