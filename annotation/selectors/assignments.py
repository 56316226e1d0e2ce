"""Who has which review in hand, and what is left for whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Role, User
from accounts.selectors import has_role, stores_for
from annotation.models import (
    Annotation,
    Assignment,
    Batch,
    BatchItem,
    GoldAnswer,
    Relabelling,
)
from annotation.selectors.qualification import attempt_open, is_test, unguarded
from reviews.models import Purpose
from reviews.selectors import reviews_for

LAST = 10  # answers that can be taken up again


def may_label(person: Any) -> bool:
    return has_role(person, Role.ANNOTATOR, Role.ML_ENGINEER)


def relabels(batch: Batch) -> bool:
    """Whether it is there to have reviews labelled again."""
    return Relabelling.objects.filter(batch=batch).exists()


def occupying(now: datetime) -> Q:
    """The condition on an assignment that fills one of the places of its item."""
    return ~Q(state=Assignment.State.TAKEN) | Q(taken_until__gt=now)


def batches_open(person: User) -> QuerySet[Batch]:
    """The open batches that `person` may work on, in the order in which they are to be done.

    Without those whose test they have not passed, and of tests those they have begun.
    """
    theirs = (
        Batch.objects.filter(Q(annotators=None) | Q(annotators=person), state=Batch.State.OPEN)
        # What is labelled at a Label Studio server is not handed out here as well.
        .exclude(label_studio__state__in=["sending", "open"])
        .distinct()
        .order_by("-priority", F("due_on").asc(nulls_last=True), "pk")
    )
    return unguarded(person, theirs)


def items_free(person: User, batch: Batch, now: datetime) -> QuerySet[BatchItem]:
    """The items of `batch` that have a place left for `person`, those begun first.

    A person never gets a review twice, in whatever batch it is. Hidden gold is not among them.
    """
    others = Assignment.objects.filter(occupying(now), item=OuterRef("pk"))
    others = others.exclude(annotator=person)
    taken = others.order_by().values("item").annotate(n=Count("pk")).values("n")
    busy = Coalesce(Subquery(taken, output_field=IntegerField()), 0)
    # What is done lies outside the index over what is open; the leases decide among the rest.
    found = _for(person, batch, now).filter(is_gold=False, ended__lt=F("wanted_answers"))
    return found.annotate(busy=busy).filter(busy__lt=F("wanted_answers")).order_by("-ended", "pk")


def gold_free(person: User, batch: Batch, now: datetime) -> QuerySet[BatchItem]:
    """The hidden gold of `batch` that `person` has not had yet, in no order."""
    settled = GoldAnswer.objects.filter(
        revision__review=OuterRef("review"), revision__is_current=True
    )
    return _for(person, batch, now).filter(Exists(settled), is_gold=True)


def _for(person: User, batch: Batch, now: datetime) -> QuerySet[BatchItem]:
    """The items whose review `person` may label and has neither in hand nor labelled.

    Where reviews are labelled again, what they labelled under older rules does not count.
    """
    mine = Assignment.objects.filter(occupying(now), annotator=person)
    mine = mine.filter(item__review=OuterRef("review"))
    labelled = Annotation.objects.filter(annotator=person, revision__review=OuterRef("review"))
    again = Relabelling.objects.filter(batch=batch).first()
    if again is not None:
        mine = mine.filter(Q(item=OuterRef("pk")) | Q(state=Assignment.State.TAKEN))
        labelled = labelled.filter(
            question__active=True,
            question__key__in=batch.questions,
            guideline_version__gte=again.guideline_version,
        )
    return BatchItem.objects.filter(
        ~Exists(mine),
        ~Exists(labelled),
        batch=batch,
        review__in=reviews_for(Purpose.LABEL, stores_for(person)),
    )


def handed_out(person: User, batch: Batch, now: datetime) -> int:
    """How many reviews of `batch` `person` has in hand or has ended: their place in it."""
    found = Assignment.objects.filter(occupying(now), annotator=person, item__batch=batch)
    return found.count()


def in_hand(person: User, batch: Batch, now: datetime) -> QuerySet[Assignment]:
    """What `person` has taken of `batch` and not given back, in the order it was taken."""
    return (
        Assignment.objects.filter(
            annotator=person,
            item__batch=batch,
            state=Assignment.State.TAKEN,
            taken_until__gt=now,
            item__review__in=reviews_for(Purpose.LABEL, stores_for(person)),
        )
        .select_related("item__batch", "revision")
        .defer("revision__search")
        .order_by("taken_at", "pk")
    )


def ended_last(person: User, batch: Batch) -> list[Assignment]:
    """The last answers and skips of `person`, newest first: those that can be taken up again."""
    found = Assignment.objects.filter(annotator=person, item__batch=batch, ended_at__isnull=False)
    if is_test(batch):
        attempt = attempt_open(person, batch)
        found = found.filter(item__in=attempt.items if attempt else [])
    return list(found.select_related("item__batch", "revision").order_by("-ended_at", "-pk")[:LAST])


def places_left(item: BatchItem, person: User, now: datetime) -> int:
    """How many places of `item` others leave to `person`; hidden gold has one for everybody. None
    for who is done with it."""
    filled = Assignment.objects.filter(occupying(now), item=item)
    others, done = 0, False
    for annotator, ended in filled.values_list("annotator", "ended_at"):
        others += annotator != person.pk
        done |= annotator == person.pk and ended is not None
    if done:
        return 0
    return 1 if item.is_gold else item.wanted_answers - others
