"""Whose answers a person must not see yet: two who label a review answer it blindly."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import Role, User
from annotation.models import Assignment, Batch, BatchItem, SamplingDesign
from reviews.models import Review


def only_labels(person: Any) -> bool:
    """Whether to label is all that `person` may do; who looks after labels sees what was said."""
    if not isinstance(person, User) or person.is_superuser:
        return False
    return set(person.roles) == {Role.ANNOTATOR}


def reviews_blind(person: Any) -> QuerySet[BatchItem, int]:
    """Ids of the reviews about which `person` must not see what others, or a model, answered.

    For who only labels: those in hand, those that may still be given to them, and those they have
    answered in a batch that goes on, as an answer can be changed. For anybody else none.
    """
    if not only_labels(person):
        return BatchItem.objects.none().values_list("review_id", flat=True)
    own = Assignment.objects.filter(item=OuterRef("pk"), annotator=person)
    theirs = Batch.objects.filter(
        Q(annotators=None) | Q(annotators=person), state__in=[Batch.State.DRAFT, Batch.State.OPEN]
    )
    # A test and hidden gold have no number of answers after which they are done.
    endless = Q(batch__design=SamplingDesign.TEST) | Q(is_gold=True)
    goes_on = Q(batch__in=theirs) & (endless | Q(ended__lt=F("wanted_answers")) | Exists(own))
    in_hand = Exists(own.filter(state=Assignment.State.TAKEN))
    return BatchItem.objects.filter(goes_on | in_hand).values_list("review_id", flat=True)


def is_blind(person: Any, review: Review) -> bool:
    return reviews_blind(person).filter(review=review).exists()
