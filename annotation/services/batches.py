"""Batches: which reviews are to be labelled together, and with what probability each got in."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Store, User
from accounts.selectors import stores_for
from annotation.models import Batch, BatchItem, Question, SamplingDesign
from annotation.selectors.assignments import may_label
from privacy.services import audit_record
from reviews.models import Purpose
from reviews.selectors import reviews_for


class BadBatch(ValueError):
    """The batch cannot be made; `field` names what is wrong, the message what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Frame:
    """Which reviews a batch is drawn from. Days are of the named time zone, `until` included."""

    stores: Sequence[Store]
    languages: Sequence[str] = ()
    sources: Sequence[str] = ()
    categories: Sequence[str] = ()
    since: date | None = None
    until: date | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "stores": [store.key for store in self.stores],
            "languages": list(self.languages),
            "sources": list(self.sources),
            "categories": list(self.categories),
            "without": "reviews of the audit sample, default texts and near-duplicates",
        }


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a batch is to be worked on; see the fields of `Batch`."""

    overlap: int = 1
    priority: int = 0
    due_on: date | None = None
    all_mentions: bool = False
    shows_answers: bool = False
    questions: Sequence[str] = ()
    annotators: Iterable[User] = field(default=())


@transaction.atomic
def batch_create(
    *, actor: Any, name: str, frame: Frame, size: int, seed: int, wanted: Wanted | None = None
) -> Batch:
    """An open batch of `size` reviews drawn from `frame`, each with the same chance.

    The chance, size over the reviews in the frame, is kept with every item; `seed` draws the same
    reviews again while the frame stays the same. Raises BadBatch.
    """
    wanted = wanted or Wanted()
    name, people = name.strip(), list(wanted.annotators)
    _check(name, size, wanted)
    _check_people(people, frame)
    ids = list(_drawn_from(frame))
    if not ids:
        raise BadBatch("frame", "no review fits; choose other stores, days or languages")
    drawn = random.Random(seed).sample(ids, min(size, len(ids)))  # noqa: S311 - a sample, no secret
    batch = Batch.objects.create(
        name=name,
        design=SamplingDesign.UNIFORM,
        frame_filter=frame.as_dict(),
        frame_from=frame.since,
        frame_to=frame.until,
        frame_size=len(ids),
        seed=seed,
        questions=list(wanted.questions),
        state=Batch.State.OPEN,
        overlap=wanted.overlap,
        priority=wanted.priority,
        due_on=wanted.due_on,
        all_mentions=wanted.all_mentions,
        shows_answers=wanted.shows_answers,
        created_by=actor if isinstance(actor, User) else None,
    )
    batch.annotators.set(people)
    BatchItem.objects.bulk_create(
        (
            BatchItem(
                batch=batch,
                review_id=pk,
                inclusion_probability=len(drawn) / len(ids),
                wanted_answers=wanted.overlap,
            )
            for pk in drawn
        ),
        batch_size=2000,
    )
    audit_record(
        actor=actor,
        action="batch.create",
        object_type="batch",
        object_id=batch.pk,
        details={"design": batch.design, "drawn": len(drawn), "frame": len(ids)},
    )
    return batch


def _check(name: str, size: int, wanted: Wanted) -> None:
    if not name or len(name) > 120:
        raise BadBatch("name", "give it a name of 1 to 120 characters")
    if name.casefold() == "audit" or name.casefold().startswith("starter-"):
        raise BadBatch("name", "audit and starter-... are the product's own; choose another one")
    if Batch.objects.filter(name=name).exists():
        raise BadBatch("name", "there is a batch of this name; choose another one")
    if size < 1:
        raise BadBatch("size", "at least 1 review")
    if not 1 <= wanted.overlap <= 10:
        raise BadBatch("overlap", "1 to 10 people a review")
    known = set(Question.objects.filter(active=True).values_list("key", flat=True))
    if unknown := set(wanted.questions) - known:
        raise BadBatch("questions", f"unknown: {', '.join(sorted(unknown))}")


def _check_people(people: Sequence[User], frame: Frame) -> None:
    """Nobody is given a batch that they could not open."""
    stores = {store.pk for store in frame.stores}
    for one in people:
        if not may_label(one):
            raise BadBatch("annotator", f"{one} may not label; give them the role annotator")
        if not stores & set(stores_for(one).values_list("pk", flat=True)):
            raise BadBatch("annotator", f"{one} has none of these stores; give them one")


def _drawn_from(frame: Frame) -> list[int]:
    """The ids of the frame in a fixed order. Audit labels are kept apart from all others, so that
    a review of the audit sample is in no other batch."""
    found = reviews_for(Purpose.LABEL, frame.stores).exclude(
        batch_items__batch__design=SamplingDesign.AUDIT
    )
    found = found.filter(left_out="", duplicate_of=None)
    if frame.languages:
        found = found.filter(language__in=frame.languages)
    if frame.sources:
        found = found.filter(source__key__in=frame.sources)
    if frame.categories:
        found = found.filter(product__category__key__in=frame.categories)
    if frame.since:
        found = found.filter(posted_at__gte=_midnight(frame.since))
    if frame.until:
        found = found.filter(posted_at__lt=_midnight(date.fromordinal(frame.until.toordinal() + 1)))
    return list(found.order_by("pk").values_list("pk", flat=True))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
