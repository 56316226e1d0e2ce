"""When the next training is due by itself, and what has come of the last one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Store
from annotation.models import Batch
from annotation.selectors.fresh_labels import fresh_labels
from common.models import Job
from modelops.models import ActivePlan, TrainingRun

BATCH_NAME = "active-learning-"
_TRAIN, _DRAW = "train", "draw_batch"
_OPEN = (Job.State.QUEUED, Job.State.RUNNING)


@dataclass(frozen=True, slots=True)
class Outlook:
    """`labelled`: reviews since the last training (ever, before the first); `by`: when a training
    comes even if fewer than wanted are labelled, None before anything was. `draft`: the proposal
    that waits; `training`: one from labels that is under way, whoever asked for it; `drawing`: of
    the newest proposal, when it is under way or failed."""

    plan: ActivePlan
    labelled: int
    by: datetime | None
    draft: Batch | None
    training: Job | None
    drawing: Job | None

    @property
    def enough(self) -> bool:
        return self.labelled >= self.plan.new_labels

    @property
    def due(self) -> bool:
        late = self.by is not None and timezone.now() >= self.by
        return (
            self.plan.is_on
            and self.training is None
            and self.labelled > 0
            and (self.enough or late)
        )

    @property
    def left(self) -> int:
        return max(0, self.plan.new_labels - self.labelled)

    @property
    def problem(self) -> str:
        """Why the last training or the last proposal failed; empty when neither did."""
        drawing = self.drawing
        failed = drawing is not None and drawing.state == Job.State.FAILED
        return drawing.error if drawing is not None and failed else self.plan.problem


def active_plan() -> ActivePlan:
    """The plan as it was set; one that is off where nobody has set one (not stored)."""
    return ActivePlan.objects.select_related("training", "owner").first() or ActivePlan(pk=1)


def outlook(plan: ActivePlan) -> Outlook:
    since, mark = learned_until(plan)
    fresh = fresh_labels(since, mark)
    begin = since or fresh.first
    by = begin + timedelta(days=plan.days) if begin is not None and fresh.reviews else None
    return Outlook(plan, fresh.reviews, by, draft_waiting(), training_open(), _drawing_of(plan))


def learned_until(plan: ActivePlan) -> tuple[datetime | None, int | None]:
    """Since when labels are new, and past which mark of `fresh_labels`: the last training from
    labels that made a version, whoever asked for it, or the last that the plan began."""
    last = (
        TrainingRun.objects.filter(snapshot__origin="annotations", finished_at__isnull=False)
        .order_by("-snapshot__created_at")
        .values_list("snapshot__created_at", "snapshot__counts__upto")
        .first()
    )
    counted = plan.counted_at
    if last is None or (counted is not None and counted > last[0]):
        return counted, plan.counted_to
    return last


def training_open() -> Job | None:
    """A training that waits or runs."""
    return Job.objects.filter(kind=_TRAIN, state__in=_OPEN).order_by("pk").first()


def draft_waiting() -> Batch | None:
    """The proposed batch that no lead has opened or closed yet."""
    return Batch.objects.filter(name__startswith=BATCH_NAME, state=Batch.State.DRAFT).first()


def drawing_open() -> bool:
    """Whether a proposal is being drawn."""
    return _drawings().filter(state__in=_OPEN).exists()


def _drawing_of(plan: ActivePlan) -> Job | None:
    """The drawing after the plan's last training, unless it ended well."""
    if plan.training_id is None:
        return None
    found = _drawings().filter(arguments__name=f"{BATCH_NAME}{plan.training_id}")
    return found.exclude(state=Job.State.SUCCEEDED).order_by("-pk").first()


def _drawings() -> QuerySet[Job]:
    return Job.objects.filter(kind=_DRAW, arguments__name__startswith=BATCH_NAME)


def plan_stores(plan: ActivePlan) -> list[Store]:
    return list(plan.stores.all()) if ActivePlan.objects.filter(pk=plan.pk).exists() else []
