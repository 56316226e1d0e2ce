"""Batches: which reviews are to be labelled together, and with what probability each got in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.selectors import stores_for
from annotation.designs import Design
from annotation.frames import BadBatch, Frame
from annotation.models import Batch, BatchItem, Question
from annotation.selectors.assignments import may_label
from annotation.services.drawing import design_check, frame_draw
from annotation.services.hiding import gold_hide
from annotation.services.sampling import Drawn
from privacy.services import audit_record

__all__ = ["BadBatch", "Design", "Frame", "Wanted", "batch_check", "batch_create"]

MOST_GOLD = 0.5  # of what a person gets


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a batch is to be worked on; see the fields of `Batch`."""

    overlap: int = 1
    priority: int = 0
    due_on: date | None = None
    all_mentions: bool = False
    shows_answers: bool = False
    gold_rate: float = 0.0
    questions: Sequence[str] = ()
    annotators: Iterable[User] = field(default=())
    draft: bool = False  # nobody gets of it until a lead opens it


@transaction.atomic
def batch_create(
    *,
    actor: Any,
    name: str,
    frame: Frame,
    size: int,
    seed: int,
    wanted: Wanted | None = None,
    design: Design | None = None,
) -> Batch:
    """A batch of `size` reviews drawn from `frame` by `design`, uniformly without one.

    The chance with which each got in is kept with its item, where the design gives all of the
    frame one; `seed` draws the same reviews again while the frame stays the same. Raises BadBatch.
    """
    wanted, design, name = wanted or Wanted(), design or Design(), name.strip()
    people = list(wanted.annotators)
    batch_check(name=name, size=size, frame=frame, wanted=wanted, design=design)
    drawn, in_frame = frame_draw(frame, design, size, seed)
    batch = _stored(actor, name, frame, seed, wanted, design, drawn, in_frame)
    batch.annotators.set(people)
    # What a cut frame leaves out has no chance, so that no chance of the rest helps an index.
    chances = drawn.chances if drawn.chances is not None and not frame.is_cut else {}
    BatchItem.objects.bulk_create(
        (
            BatchItem(
                batch=batch,
                review_id=pk,
                inclusion_probability=chances.get(pk),
                wanted_answers=wanted.overlap,
            )
            for pk in drawn.ids
        ),
        batch_size=2000,
    )
    hidden = gold_hide(batch=batch, frame=frame)
    audit_record(
        actor=actor,
        action="batch.create",
        object_type="batch",
        object_id=batch.pk,
        details={
            "design": batch.design,
            "drawn": len(drawn.ids),
            "frame": in_frame,
            "gold": hidden,
        },
    )
    return batch


def _stored(
    actor: Any,
    name: str,
    frame: Frame,
    seed: int,
    wanted: Wanted,
    design: Design,
    drawn: Drawn,
    in_frame: int,
) -> Batch:
    return Batch.objects.create(
        name=name,
        design=design.name,
        design_options=design.options() | dict(drawn.told),
        frame_filter=frame.as_dict(),
        frame_from=frame.since,
        frame_to=frame.until,
        frame_size=in_frame,
        seed=seed,
        questions=list(wanted.questions),
        state=Batch.State.DRAFT if wanted.draft else Batch.State.OPEN,
        overlap=wanted.overlap,
        priority=wanted.priority,
        due_on=wanted.due_on,
        all_mentions=wanted.all_mentions,
        shows_answers=wanted.shows_answers,
        gold_rate=wanted.gold_rate,
        created_by=actor if isinstance(actor, User) else None,
    )


def batch_check(*, name: str, size: int, frame: Frame, wanted: Wanted, design: Design) -> None:
    """Everything that can be said without drawing. Raises BadBatch."""
    name = name.strip()
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
    if not 0 <= wanted.gold_rate <= MOST_GOLD:
        raise BadBatch("gold_rate", "a share of 0 to 0.5")
    if not -100 <= wanted.priority <= 100:
        raise BadBatch("priority", "a whole number of -100 to 100")
    if frame.since and frame.until and frame.since > frame.until:
        raise BadBatch("until", "the last day lies before the first; swap them")
    known = set(Question.objects.filter(active=True).values_list("key", flat=True))
    if unknown := set(wanted.questions) - known:
        raise BadBatch("questions", f"unknown: {', '.join(sorted(unknown))}")
    design_check(design)
    _check_people(list(wanted.annotators), frame)


def _check_people(people: Sequence[User], frame: Frame) -> None:
    """Nobody is given a batch that they could not open."""
    stores = {store.pk for store in frame.stores}
    for one in people:
        if not may_label(one):
            raise BadBatch("annotator", f"{one} may not label; give them the role annotator")
        if not stores & set(stores_for(one).values_list("pk", flat=True)):
            raise BadBatch("annotator", f"{one} has none of these stores; give them one")
