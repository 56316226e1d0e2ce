"""Hidden gold: what is known to be right, and what people answered there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from django.db.models import F, OuterRef, QuerySet, Subquery

from accounts.models import Store
from annotation.models import Annotation, Assignment, Batch, GoldAnswer
from reviews.models import Purpose
from reviews.selectors import reviews_for


class GoldPair(NamedTuple):
    """One person's answer to one question about a gold review, beside the right one."""

    annotator_id: int
    question: str
    gold: str
    given: str
    ended_at: datetime


def gold_pairs(
    stores: Iterable[Store],
    *,
    annotator_id: int | None = None,
    batch: Batch | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Iterator[GoldPair]:
    """What people answered about gold reviews of `stores`, oldest first.

    Of answers that ended from `since` on and before `until`. Skips are not among them, nor
    answers about a text that the shopper has replaced since.
    """
    right = GoldAnswer.objects.filter(revision=OuterRef("revision"), question=OuterRef("question"))
    ended = Assignment.objects.filter(
        item=OuterRef("item"), annotator=OuterRef("annotator"), state=Assignment.State.ANSWERED
    )
    found = (
        Annotation.objects.filter(
            item__is_gold=True, item__review__in=reviews_for(Purpose.LABEL, stores)
        )
        .annotate(
            gold_key=Subquery(right.values("choice__key")),
            done_at=Subquery(ended.values("ended_at")),
        )
        .filter(gold_key__isnull=False, done_at__isnull=False)
    )
    if annotator_id is not None:
        found = found.filter(annotator=annotator_id)
    if batch is not None:
        found = found.filter(item__batch=batch)
    if since is not None:
        found = found.filter(done_at__gte=since)
    if until is not None:
        found = found.filter(done_at__lt=until)
    rows = found.order_by("done_at", "pk").values_list(
        "annotator_id", "question__key", "gold_key", "choice__key", "done_at"
    )
    for row in rows.iterator(chunk_size=2000):
        yield GoldPair(*row)


def gold_answers(stores: Iterable[Store]) -> QuerySet[GoldAnswer]:
    """Gold answers on the current texts of reviews that may be labelled, in order."""
    return GoldAnswer.objects.filter(
        revision__is_current=True,
        revision__review__in=reviews_for(Purpose.LABEL, stores),
        question__active=True,
    ).order_by("revision", F("question__order"))


def gold_review_ids(stores: Iterable[Store]) -> QuerySet[GoldAnswer, int]:
    """The reviews that have gold answers, each once."""
    found = gold_answers(stores).order_by("revision__review")
    return found.values_list("revision__review", flat=True).distinct()
