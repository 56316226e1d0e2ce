"""Who has which review in hand, and what is left for whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Least

from accounts.models import Role, User
from accounts.selectors import has_role, stores_for
from annotation.models import Annotation, Assignment, Batch, BatchItem, Relabelling
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
    """The open batches that `person` may work on, in the order in which they are to be done."""
    return (
        Batch.objects.filter(Q(annotators=None) | Q(annotators=person), state=Batch.State.OPEN)
        # What is labelled at a Label Studio server is not handed out here as well.
        .exclude(label_studio__state__in=["sending", "open"])
        .distinct()
        .order_by("-priority", F("due_on").asc(nulls_last=True), "pk")
    )


def items_free(person: User, batch: Batch, now: datetime) -> QuerySet[BatchItem]:
    """The items of `batch` that have a place left for `person`, in no order.

    A person never gets a review twice, in whatever batch it is.
    """
    return _with_place(_for(person, batch, now), _others(person, now))


def items_begun(person: User, batch: Batch, now: datetime) -> QuerySet[BatchItem]:
    """Of `items_free` those that others have begun, with most answers first."""
    others = _others(person, now)
    begun = others.filter(item__batch=batch, item__wanted_answers__gt=1).values("item")
    found = _for(person, batch, now).filter(wanted_answers__gt=1, pk__in=begun)
    return _with_place(found, others).order_by(F("busy").desc(), "pk")


def items_unbegun(person: User, batch: Batch, now: datetime) -> QuerySet[BatchItem]:
    """Of `items_free` those that nobody else has begun, in the order of the batch."""
    others = _others(person, now).filter(item=OuterRef("pk"))
    return _for(person, batch, now).filter(~Exists(others)).order_by("pk")


def _others(person: User, now: datetime) -> QuerySet[Assignment]:
    return Assignment.objects.filter(occupying(now)).exclude(annotator=person)


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


def _with_place(items: QuerySet[BatchItem], others: QuerySet[Assignment]) -> QuerySet[BatchItem]:
    """With `busy`, the places that others fill."""
    of_item = others.filter(item=OuterRef("pk")).order_by().values("item")
    taken = Subquery(of_item.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    return items.annotate(busy=Coalesce(taken, 0)).filter(busy__lt=F("wanted_answers"))


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
        .order_by("taken_at", "pk")
    )


def ended_last(person: User, batch: Batch) -> list[Assignment]:
    """The last answers and skips of `person`, newest first: those that can be taken up again."""
    found = Assignment.objects.filter(annotator=person, item__batch=batch, ended_at__isnull=False)
    return list(found.select_related("item__batch", "revision").order_by("-ended_at", "-pk")[:LAST])


def places_left(item: BatchItem, person: User, now: datetime) -> int:
    """How many places of `item` others leave to `person`."""
    others = Assignment.objects.filter(occupying(now), item=item).exclude(annotator=person)
    return item.wanted_answers - others.count()


def progress(batches: Iterable[Batch]) -> dict[int, dict[str, int]]:
    """By batch: answers wanted, answers and skips that are in, reviews all of whose are in."""
    ids: Collection[int] = [batch.pk for batch in batches]
    ended = Assignment.objects.filter(item=OuterRef("pk"), ended_at__isnull=False)
    counted = ended.order_by().values("item").annotate(n=Count("pk")).values("n")
    rows = (
        BatchItem.objects.filter(batch__in=ids)
        .annotate(n=Coalesce(Subquery(counted, output_field=IntegerField()), 0))
        .order_by()
        .values("batch_id")
        .annotate(
            reviews=Count("pk"),
            wanted=Sum("wanted_answers"),
            ended=Sum(Least("n", "wanted_answers", output_field=IntegerField())),
            complete=Count("pk", filter=Q(n__gte=F("wanted_answers"))),
        )
    )
    found = {pk: {"reviews": 0, "wanted": 0, "ended": 0, "complete": 0} for pk in ids}
    for row in rows:
        found[row["batch_id"]] = {
            key: row[key] for key in ("reviews", "wanted", "ended", "complete")
        }
    return found
