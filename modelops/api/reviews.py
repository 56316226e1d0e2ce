"""Reviews as programs read them: the redacted text, and what the champion says of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from common.pagination import bad_cursor, cursor_decode, page_body
from common.problems import invalid, not_found
from modelops.api import examples
from modelops.api.serializers import ReviewPageSerializer, ReviewSerializer, ReviewsQuery
from modelops.selectors import champion
from modelops.selectors.answers import Said, said_by
from modelops.selectors.searching import By, reviews_answered, search_page
from reviews.api.erasing import EraseReview
from reviews.api.receiving import ReceiveReviews
from reviews.models import Purpose, Review
from reviews.selectors import reviews_for
from reviews.selectors.listing import BadPlace, Place, with_current_text
from taxonomy.questions import QUESTIONS

_DIRECT = {
    "source": "source__key",
    "external_id": "external_id",
    "product": "product__external_id",
    "language": "language",
    "channel": "channel",
    "category": "product__category__key",
    "stars": "stars",
    "updated_since": "updated_at__gte",
}


class ReviewList(ReceiveReviews):
    required_scope = {"GET": Scope.REVIEWS_READ, "POST": Scope.REVIEWS_WRITE}

    @extend_schema(
        operation_id="reviews_list",
        summary="List and search reviews",
        description="Newest first, those without a date last; the text is redacted. `q` looks for "
        "words, or with `by=meaning` for what says something alike. Reviews that "
        "may not be passed on are not among them.",
        tags=["reviews"],
        parameters=[ReviewsQuery],
        responses=ReviewPageSerializer,
        examples=examples.REVIEW_PAGE,
    )
    def get(self, request: Request) -> Response:
        asked = self.query(ReviewsQuery)
        stores = self.stores([asked["store"]] if "store" in asked else [])
        found = _narrowed(reviews_for(Purpose.EXPORT, stores), asked)
        searched = search_page(
            found,
            asked.get("q", ""),
            By(asked["by"]),
            _place(asked.get("cursor")),
            asked["limit"],
        )
        items = ReviewSerializer(_described(searched.page.reviews), many=True).data
        body = page_body(request, list(items), searched.page.following)
        note = searched.without.value if searched.without else None
        return Response({**body, "found_by": searched.by.value, "note": note})


class ReviewDetail(EraseReview):
    required_scope = {"GET": Scope.REVIEWS_READ, "DELETE": Scope.REVIEWS_WRITE}

    @extend_schema(
        operation_id="review_get",
        summary="Get a review",
        description="Send its `ETag` as `If-None-Match` to get 304 when neither the review nor "
        "its answers changed.",
        tags=["reviews"],
        responses=ReviewSerializer,
        examples=examples.REVIEW_EXAMPLE,
    )
    def get(self, request: Request, review_id: int) -> Response:
        mine = reviews_for(Purpose.EXPORT, self.stores())
        found = list(with_current_text(mine.filter(pk=review_id)))
        if not found:
            raise not_found()
        return self.with_etag(ReviewSerializer(_described(found)[0]).data)


def _narrowed(found: QuerySet[Review], asked: dict[str, Any]) -> QuerySet[Review]:
    first, last = asked.get("from"), asked.get("to")
    if first and last and last < first:
        raise invalid("to", _("The last day lies before the first."))
    found = found.filter(**{_DIRECT[name]: asked[name] for name in _DIRECT if name in asked})
    if first:
        found = found.filter(posted_at__gte=_midnight(first))
    if last:
        found = found.filter(posted_at__lt=_midnight(last + timedelta(days=1)))
    answers = {q.key: asked[q.key] for q in QUESTIONS if q.key in asked}
    return reviews_answered(found, champion(), answers) if answers else found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())


def _place(cursor: str | None) -> Place | None:
    if cursor is None:
        return None
    try:
        return Place.parse(cursor_decode(cursor))
    except BadPlace:
        raise bad_cursor() from None


def _described(reviews: Sequence[Any]) -> list[dict[str, Any]]:
    """Each with its current revision (`.current`), in one query for all answers."""
    model = champion()
    said = said_by(model, [review.current[0].pk for review in reviews]) if model else {}
    label = model.label if model else None
    return [_one(review, said.get(review.current[0].pk), label) for review in reviews]


def _one(review: Any, said: Said | None, label: str | None) -> dict[str, Any]:
    revision = review.current[0]
    return {
        "id": review.pk,
        "external_id": review.external_id,
        "source": review.source.key,
        "store": review.store.key,
        "product": review.product,
        "channel": review.channel,
        "stars": review.stars,
        "language": review.language,
        "posted_at": review.posted_at,
        "created_at": review.created_at,
        "updated_at": review.updated_at,
        "text": revision.text,
        "revision": revision.number,
        "left_out": review.left_out or ("duplicate" if review.duplicate_of_id else None),
        "model": label if said else None,
        "answers": said.answers if said else None,
        "mentions": said.mentions if said else [],
    }
