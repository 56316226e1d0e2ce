"""Opening, closing and extending batches, and the rate of the audit sample."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.selectors import stores_for
from annotation.frames import BadBatch, Frame
from annotation.models import AuditRate, Batch, BatchItem, SamplingDesign
from annotation.selectors.assignments import may_label
from annotation.services.batches import MOST_GOLD
from annotation.services.hiding import gold_hide
from privacy.services import audit_record


@dataclass(frozen=True, slots=True)
class Extended:
    """What of an existing batch may be another: more people a review, another day, other people,
    another share of gold."""

    overlap: int
    priority: int
    due_on: date | None
    gold_rate: float
    annotators: Iterable[User]


@transaction.atomic
def batch_state_set(*, actor: Any, batch: Batch, state: str) -> Batch:
    """Open `batch` to those who label, or close it: what is in hand may still be sent, nothing
    more is given out. Raises BadBatch."""
    if state not in (Batch.State.OPEN, Batch.State.CLOSED):
        raise BadBatch("state", "open or closed")
    if batch.design == SamplingDesign.AUDIT:
        raise BadBatch("state", "the audit sample never stops; set its rate to 0 instead")
    if batch.state != state:
        batch.state = state
        batch.save(update_fields=["state"])
        _told(actor, batch, f"batch.{'open' if state == Batch.State.OPEN else 'close'}", {})
    return batch


@transaction.atomic
def batch_extend(*, actor: Any, batch: Batch, wanted: Extended) -> Batch:
    """Change how `batch` is worked on; what was drawn, and with what chance, stays. Raises
    BadBatch."""
    people = list(wanted.annotators)
    _check(batch, wanted, people)
    before = (batch.overlap, batch.priority, batch.due_on, batch.gold_rate)
    batch.overlap, batch.priority, batch.due_on, batch.gold_rate = (
        wanted.overlap,
        wanted.priority,
        wanted.due_on,
        wanted.gold_rate,
    )
    batch.save(update_fields=["overlap", "priority", "due_on", "gold_rate"])
    batch.annotators.set(people)
    if batch.design != SamplingDesign.AUDIT and before[0] != wanted.overlap:
        batch.items.filter(is_gold=False).update(wanted_answers=wanted.overlap)
    frame = _frame_of(batch)
    hidden = gold_hide(batch=batch, frame=frame) if frame is not None else 0
    _told(
        actor,
        batch,
        "batch.extend",
        {"overlap": wanted.overlap, "people": len(people), "gold": hidden},
    )
    return batch


def _check(batch: Batch, wanted: Extended, people: list[User]) -> None:
    if not 1 <= wanted.overlap <= 10:
        raise BadBatch("overlap", "1 to 10 people a review")
    if not 0 <= wanted.gold_rate <= MOST_GOLD:
        raise BadBatch("gold_rate", "a share of 0 to 0.5")
    if not -100 <= wanted.priority <= 100:
        raise BadBatch("priority", "a whole number of -100 to 100")
    if batch.design == SamplingDesign.AUDIT and wanted.gold_rate:
        raise BadBatch("gold_rate", "nothing is put among the audit sample")
    items = BatchItem.objects.filter(batch=batch)
    for one in people:
        if not may_label(one):
            raise BadBatch("annotator", f"{one} may not label; give them the role annotator")
        if not items.filter(review__store__in=stores_for(one)).exists():
            raise BadBatch("annotator", f"{one} has none of these stores; give them one")


def _frame_of(batch: Batch) -> Frame | None:
    """None for batches that were never drawn by a frame."""
    kept = batch.frame_filter
    if "stores" not in kept:
        return None
    rest: dict[str, Any] = {"stars": [], "words": "", "fresh": False}
    return Frame.from_arguments({**rest, **kept, "since": None, "until": None})


@transaction.atomic
def audit_rate_set(*, actor: Any, rate: float) -> AuditRate:
    """The share of reviews in the audit sample, from tomorrow on: today's are being drawn, and a
    day has one rate. Set again today, the last one holds. Raises BadBatch."""
    if not math.isfinite(rate) or not 0 <= rate <= 1:
        raise BadBatch("rate", "a share of 0 to 1")
    day = timezone.localdate() + timedelta(days=1)
    made, _ = AuditRate.objects.update_or_create(from_day=day, defaults={"rate": rate})
    audit_record(
        actor=actor,
        action="audit_rate.set",
        object_type="audit_rate",
        object_id=day.isoformat(),
        details={"rate": rate},
    )
    return made


def _told(actor: Any, batch: Batch, action: str, details: dict[str, Any]) -> None:
    audit_record(
        actor=actor, action=action, object_type="batch", object_id=batch.pk, details=details
    )
