"""Who has which review in hand, and what is left for whom."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
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
    SamplingDesign,
)
from annotation.selectors.progress import to_label
from annotation.selectors.qualification import attempt_open, is_test, unguarded
from reviews.models import Purpose
from reviews.selectors import reviews_for

LAST = 10  # answers that can be taken up again
_FRONT = (16, 256, 4096)  # items that are looked at more closely for the next one
_NO_PLACE = 1000  # more than anybody may want


def may_label(person: Any) -> bool:
    return has_role(person, Role.ANNOTATOR, Role.ML_ENGINEER)


def relabels(batch: Batch) -> bool:
    """Whether it is there to have reviews labelled again."""
    return _relabelling(batch) is not None


def _relabelling(batch: Batch) -> Relabelling | None:
    # Nobody draws them, so that of a drawn batch it need not be asked.
    if batch.design != SamplingDesign.GIVEN:
        return None
    return Relabelling.objects.filter(batch=batch).first()


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


def items_next(
    person: User, batch: Batch, now: datetime, passed: Collection[int] = ()
) -> Iterator[QuerySet[BatchItem]]:
    """What `person` may be given next of `batch`, those begun first: a few, then more of them,
    until there are no more. `passed`: ids that are not to be among them.

    A person never gets a review twice, in whatever batch it is. Hidden gold is not among them.
    """
    places = _with_places(person, batch, now).exclude(pk__in=passed).order_by("-ended", "pk")
    # Who may label what takes a look at other tables, so only those at the front are looked at:
    # however many reviews somebody has done before the others came, the next one is near.
    for most in _FRONT:
        # As a list: told by a subquery, the database looks at all of the batch instead.
        front = list(places.values_list("pk", flat=True)[:most])
        if front:
            yield _for(person, batch, now).filter(_open(), pk__in=front).order_by("-ended", "pk")
        if len(front) < most:
            return
    yield items_free(person, batch, now).exclude(pk__in=passed).order_by("-ended", "pk")


def items_free(person: User, batch: Batch, now: datetime) -> QuerySet[BatchItem]:
    """All items of `batch` that have a place left for `person`, in no order, without gold."""
    return _for(person, batch, now).filter(
        pk__in=_with_places(person, batch, now).order_by().values("pk")
    )


def items_left(person: User, batch: Batch, now: datetime, unfinished: int) -> int:
    """How many items of `batch` have a place left for `person`, out of `unfinished` ones of their
    stores. Counted by what is in the way, which is less than what is there."""
    if relabels(batch):
        return items_free(person, batch, now).count()
    mine = Assignment.objects.filter(occupying(now), annotator=person)
    labelled = Annotation.objects.filter(annotator=person)
    leases = Assignment.objects.filter(state=Assignment.State.TAKEN, taken_until__gt=now)
    held = leases.filter(item__batch=batch).exclude(annotator=person)
    there = BatchItem.objects.filter(_open(), batch=batch).order_by()
    full = there.filter(pk__in=held.order_by().values("item")).annotate(
        busy=_busy(Assignment.objects.filter(occupying(now), item=OuterRef("pk")))
    )
    in_the_way = there.filter(review__in=mine.order_by().values("item__review")).values("pk")
    in_the_way = in_the_way.union(
        there.filter(review__in=labelled.order_by().values("revision__review")).values("pk"),
        full.filter(busy__gte=F("wanted_answers")).values("pk"),
    )
    may = reviews_for(Purpose.LABEL, stores_for(person))
    blocked = BatchItem.objects.filter(to_label(batch), pk__in=in_the_way, review__in=may).count()
    return max(0, unfinished - blocked)


def _open() -> Q:
    """What is done lies outside the index over what is open."""
    return Q(ended__lt=F("wanted_answers"), is_gold=False)


def _with_places(person: User, batch: Batch, now: datetime) -> QuerySet[BatchItem]:
    """Open items whose places are not all filled, and none by `person`: by one look at each."""
    filled = Assignment.objects.filter(occupying(now), item=OuterRef("pk"))
    found = BatchItem.objects.filter(_open(), batch=batch)
    own = Case(When(annotator=person, then=Value(_NO_PLACE)), default=Value(1))
    return found.annotate(busy=_busy(filled, Sum(own))).filter(busy__lt=F("wanted_answers"))


def _busy(filled: QuerySet[Assignment], counted: Any = None) -> Coalesce:
    rows = filled.order_by().values("item").annotate(n=counted or Count("pk")).values("n")
    return Coalesce(Subquery(rows, output_field=IntegerField()), 0)


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
    again = _relabelling(batch)
    if again is not None:
        mine = mine.filter(Q(item=OuterRef("pk")) | Q(state=Assignment.State.TAKEN))
        labelled = labelled.filter(
            question__active=True,
            question__key__in=batch.questions,
            guideline_version__gte=again.guideline_version,
        )
    return BatchItem.objects.filter(
        to_label(batch),
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
