"""The reviews that somebody looks for: by where they stand and by what they were answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import Store
from annotation.models import Annotation, BatchItem
from modelops.models import ModelVersion, PredictedMention, Prediction
from modelops.selectors import champion
from modelops.selectors.searching import reviews_answered
from reviews.models import (
    ANALYSED_LANGUAGES,
    Category,
    LeftOut,
    Product,
    Purpose,
    Review,
    TextRevision,
)
from reviews.selectors import reviews_for, reviews_matching
from reviews.selectors.searching import matching_total


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for. None and empty values do not narrow anything.

    `since` and `until` are days of the time zone of the figures, both included. `answers` is
    `{question key: choice key}` as the champion gave them; SAYS_SOMETHING stands for every choice
    but `none`. `counted`: only reviews that figures are about: answered, not left out, no
    near-duplicate. `blind`: ids of reviews whose answers the reader must not know yet: no answer
    finds them.
    """

    stores: Sequence[Store]
    since: date | None = None
    until: date | None = None
    language: str = ""
    category: Category | None = None
    without_category: bool = False
    product: Product | None = None
    channel: str = ""
    stars: int | None = None
    source: str = ""
    answers: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    mention: str = ""
    words: str = ""
    counted: bool = False
    blind: QuerySet[BatchItem, int] | None = None

    def but(self, **changes: Any) -> Sought:
        return replace(self, **changes)


def day_begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def reviews_sought(sought: Sought) -> QuerySet[Review]:
    """The reviews that fit `sought`, in no order."""
    reviews = reviews_for(Purpose.ANALYSE, sought.stores).order_by()
    narrow: dict[str, Any] = {
        "posted_at__gte": sought.since and day_begins(sought.since),
        "posted_at__lt": sought.until and day_begins(sought.until + timedelta(days=1)),
        "language": sought.language,
        "product__category": sought.category,
        "product": sought.product,
        "channel": sought.channel,
        "stars": sought.stars,
        "source__key": sought.source,
    }
    reviews = reviews.filter(**{name: value for name, value in narrow.items() if value})
    if sought.without_category:
        reviews = reviews.filter(product__category__isnull=True)
    if sought.counted:
        reviews = reviews.filter(
            left_out=LeftOut.NOTHING, duplicate_of__isnull=True, language__in=ANALYSED_LANGUAGES
        )
    return reviews_matching(_answered(reviews, sought), sought.words)


def _answered(reviews: QuerySet[Review], sought: Sought) -> QuerySet[Review]:
    if not sought.answers and not sought.mention and not sought.counted:
        return reviews
    if sought.blind is not None and (sought.answers or sought.mention):
        reviews = reviews.exclude(pk__in=sought.blind)
    model = champion()
    if sought.counted:
        given = Prediction.objects.filter(
            revision__review=OuterRef("pk"), revision__is_current=True, model=model
        )
        reviews = reviews.filter(Exists(given))
    return reviews_answered(reviews, model, sought.answers, sought.mention)


def newest_day(stores: Sequence[Store]) -> date | None:
    """The day of the newest review of `stores`; None while no review has a date."""
    newest = reviews_for(Purpose.ANALYSE, stores).aggregate(at=Max("posted_at"))["at"]
    return timezone.localdate(newest) if newest else None


def how_many(sought: Sought, most: int) -> int | None:
    """How many reviews fit; `most + 1` for more than `most`, None where counting costs too much."""
    return matching_total(reviews_sought(sought.but(words="")), sought.words, most)


def any_reviews(stores: Sequence[Store]) -> bool:
    return reviews_for(Purpose.ANALYSE, stores).exists()


def answers_each(
    model: ModelVersion | None, revisions: Sequence[TextRevision]
) -> dict[int, dict[str, Prediction]]:
    """The answers of `model` by revision and question, in the order of the questions."""
    found: dict[int, dict[str, Prediction]] = {revision.pk: {} for revision in revisions}
    if model is None:
        return found
    given = (
        Prediction.objects.filter(model=model, revision__in=revisions, question__active=True)
        .select_related("question", "choice")
        .order_by("question__order")
    )
    for prediction in given:
        found[prediction.revision_id][prediction.question.key] = prediction
    return found


def marks_each(
    model: ModelVersion | None, revisions: Sequence[TextRevision]
) -> dict[int, list[PredictedMention]]:
    """The mentions that `model` marked, by revision, in the order of the text."""
    found: dict[int, list[PredictedMention]] = {revision.pk: [] for revision in revisions}
    if model is None:
        return found
    marked = PredictedMention.objects.filter(model=model, revision__in=revisions)
    for mention in marked.order_by("start", "end"):
        found[mention.revision_id].append(mention)
    return found


def annotations_of(revision: TextRevision, annotator: Any = None) -> QuerySet[Annotation]:
    """What people, or `annotator` alone, answered about `revision`, question by question."""
    whose = {} if annotator is None else {"annotator": annotator}
    return (
        Annotation.objects.filter(revision=revision, **whose)
        .select_related("question", "choice", "annotator")
        .order_by("question__order", "created_at")
    )


def why_not_counted(review: Review) -> str:
    """Why no figure counts `review`, as one of the reasons; empty when figures do count it."""
    if review.left_out:
        return review.left_out
    if review.language not in ANALYSED_LANGUAGES:
        return LeftOut.LANGUAGE.value
    return "duplicate" if review.duplicate_of_id else ""
