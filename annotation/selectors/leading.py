"""What leads see of batches: all of those with reviews of their stores, and how each goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from accounts.models import Role, Store, User
from accounts.selectors import stores_for
from annotation.models import Assignment, Batch, BatchItem, SamplingDesign
from annotation.selectors.correcting import why_not_correcting
from annotation.selectors.progress import progress
from annotation.wording import batch_words
from reviews.models import Purpose
from reviews.selectors import reviews_for


@dataclass(frozen=True, slots=True)
class LedBatch:
    """A batch with how far it is in the stores of whoever looks; `why_not`: see
    `why_not_correcting`."""

    batch: Batch
    reviews: int
    wanted: int
    ended: int
    complete: int
    why_not: str
    gold: int
    people: int

    @property
    def name(self) -> str:
        return batch_words(self.batch)

    @property
    def is_test(self) -> bool:
        return self.batch.design == SamplingDesign.TEST

    @property
    def size(self) -> int:
        """Reviews in it; gold is counted where there is nothing else."""
        return self.gold if self.is_test else self.reviews

    @property
    def is_late(self) -> bool:
        due, is_open = self.batch.due_on, self.batch.state == Batch.State.OPEN
        return bool(is_open and due and due < timezone.localdate() and self.ended < self.wanted)


def batches_led(person: User) -> QuerySet[Batch]:
    """Those with a review of their stores, open ones first, then the newest."""
    items = BatchItem.objects.filter(batch=OuterRef("pk"), review__store__in=stores_for(person))
    found = Batch.objects.filter(Exists(items))
    closed = Case(When(state=Batch.State.OPEN, then=Value(0)), default=Value(1))
    return found.order_by(closed, "-priority", F("due_on").asc(nulls_last=True), "-pk")


def led(person: User, batches: Sequence[Batch]) -> list[LedBatch]:
    counts = progress(batches, stores_for(person))
    why = why_not_correcting(batches)
    ids = [one.pk for one in batches]
    gold = dict(
        BatchItem.objects.filter(batch__in=ids, is_gold=True)
        .order_by()
        .values_list("batch")
        .annotate(n=Count("pk"))
    )
    people = dict(
        Batch.annotators.through.objects.filter(batch__in=ids)
        .values_list("batch")
        .annotate(n=Count("pk"))
    )
    return [
        LedBatch(
            batch,
            **counts[batch.pk],
            why_not=why[batch.pk],
            gold=gold.get(batch.pk, 0),
            people=people.get(batch.pk, 0),
        )
        for batch in batches
    ]


@dataclass(frozen=True, slots=True)
class Share:
    """How many reviews one person has answered and skipped, hidden gold included."""

    username: str
    answered: int
    skipped: int


def shares(person: User, batch: Batch) -> list[Share]:
    """What each person did in `batch`, in reviews of the stores of `person`. No times, no marks:
    those are for the person and have a page of their own."""
    rows = (
        Assignment.objects.filter(
            item__batch=batch,
            ended_at__isnull=False,
            item__review__in=reviews_for(Purpose.LABEL, stores_for(person)),
        )
        .order_by()
        .values_list("annotator__username")
        .annotate(
            answered=Count("pk", filter=Q(state=Assignment.State.ANSWERED)),
            skipped=Count("pk", filter=Q(state=Assignment.State.SKIPPED)),
        )
        .order_by("-answered", "annotator__username")
    )
    return [Share(*row) for row in rows]


def may_change(person: User, batch: Batch) -> bool:
    """Whether all of its reviews are of their stores: it is not another lead's as well."""
    return not batch.items.exclude(review__store__in=stores_for(person)).exists()


def people_who_label(stores: QuerySet[Store]) -> QuerySet[User]:
    """Those who may be given a batch of `stores`."""
    may = Q(roles__overlap=[Role.ANNOTATOR, Role.ML_ENGINEER]) & Q(stores__in=stores)
    found = User.objects.filter(may | Q(is_superuser=True), is_active=True)
    return found.distinct().order_by("username")
