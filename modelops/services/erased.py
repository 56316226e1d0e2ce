"""Versions that learned from what was erased: marked at once, replaced in time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from common.models import Job
from modelops.errors import BadTrainingRequest, NothingLabelled, UnknownQuestion
from modelops.models import HoldsErased, ModelVersion, SnapshotItem
from modelops.services.snapshots import snapshot_from_annotations
from modelops.services.training import training_start
from privacy.services import audit_record

_LEARNED = ("train", "dev")  # dev rows chose the epoch and the calibration
_OPEN = (Job.State.QUEUED, Job.State.RUNNING)


def models_mark(*, items: Q) -> list[str]:
    """Mark every version that learned from the snapshot rows `items`, before they go.

    Returns the labels of the versions.
    """
    found = (
        SnapshotItem.objects.filter(items, split__in=_LEARNED)
        .order_by()
        .values("snapshot__runs__versions")
        .annotate(n=Count("pk", distinct=True))
        .filter(snapshot__runs__versions__isnull=False)
    )
    rows = {row["snapshot__runs__versions"]: row["n"] for row in found}
    for pk, count in rows.items():
        mark, made = HoldsErased.objects.get_or_create(model_id=pk, defaults={"rows": count})
        if not made:
            # A training that began before has learned from these rows, too.
            HoldsErased.objects.filter(pk=mark.pk).update(
                rows=F("rows") + count, job=None, last_at=timezone.now()
            )
    return [model.label for model in ModelVersion.objects.filter(pk__in=rows)]


def reviews_forget(*, review_ids: Sequence[int]) -> list[str]:
    """Before reviews are taken out: mark what learned from them. Their rows go with them."""
    return models_mark(items=Q(revision__review__in=list(review_ids)))


def replacement_due() -> HoldsErased | None:
    """The champion's mark, while no training of a replacement is under way or was done."""
    mark = HoldsErased.objects.filter(model__state=ModelVersion.State.CHAMPION).first()
    if mark is None or (mark.job is not None and mark.job.state != Job.State.FAILED):
        return None
    return mark


@transaction.atomic
def replacement_start(*, actor: Any, mark: HoldsErased) -> Job | None:
    """Write down the training of a version without the erased rows; the caller wakes the worker.

    It takes the champion's place when the gate lets it. None when nothing is left to learn from:
    then the mark stays, and somebody has to decide.
    """
    mark = HoldsErased.objects.select_for_update().get(pk=mark.pk)
    if mark.job is not None and mark.job.state in _OPEN:
        return mark.job
    model = mark.model
    try:
        snapshot = model.run.snapshot
        if snapshot.origin == "annotations":
            snapshot = snapshot_from_annotations(actor=actor, questions=model.questions)
        job = training_start(
            actor=actor,
            snapshot=snapshot,
            questions=model.questions,
            name=model.name,
            base=model.run.base,
            family=model.family,
            config=model.run.config,
            promote=True,
        )
    except (NothingLabelled, UnknownQuestion, BadTrainingRequest) as problem:
        audit_record(
            actor=actor,
            action="model.replace_failed",
            object_type="model",
            object_id=model.label,
            details={"problem": type(problem).__name__},
        )
        return None
    mark.job = job
    mark.save(update_fields=["job"])
    audit_record(
        actor=actor,
        action="model.replace",
        object_type="model",
        object_id=model.label,
        details={"job": job.pk, "erased_rows": mark.rows},
    )
    return job
