"""When the next training is due by itself, and what has come of the last one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from accounts.models import Store
from annotation.models import Batch
from annotation.selectors.fresh_labels import labelled_since
from common.models import Job
from modelops.models import ActivePlan, TrainingRun

BATCH_NAME = "active-learning-"


@dataclass(frozen=True, slots=True)
class Outlook:
    """`labelled`: reviews since `since` (None: ever); `by`: when a training comes even if fewer
    than wanted are labelled, None before anything was. `draft`: the proposal that waits."""

    plan: ActivePlan
    labelled: int
    since: datetime | None
    by: datetime | None
    draft: Batch | None

    @property
    def enough(self) -> bool:
        return self.labelled >= self.plan.new_labels

    @property
    def due(self) -> bool:
        late = self.by is not None and timezone.now() >= self.by
        return self.plan.is_on and self.labelled > 0 and (self.enough or late)

    @property
    def left(self) -> int:
        return max(0, self.plan.new_labels - self.labelled)

    @property
    def is_training(self) -> bool:
        job = self.plan.training
        return job is not None and job.state in (Job.State.QUEUED, Job.State.RUNNING)


def active_plan() -> ActivePlan:
    """The plan as it was set; one that is off where nobody has set one (not stored)."""
    return ActivePlan.objects.select_related("training", "owner").first() or ActivePlan(pk=1)


def outlook(plan: ActivePlan) -> Outlook:
    since = learned_until(plan)
    labelled = labelled_since(since)
    by = since + timedelta(days=plan.days) if since is not None and labelled else None
    return Outlook(plan, labelled, since, by, draft_waiting())


def learned_until(plan: ActivePlan) -> datetime | None:
    """Since when labels are new: the last training from labels, whoever asked for it."""
    last = TrainingRun.objects.filter(snapshot__origin="annotations").aggregate(
        last=Max("snapshot__created_at")
    )["last"]
    return max((one for one in (last, plan.counted_at) if one is not None), default=None)


def draft_waiting() -> Batch | None:
    """The proposed batch that no lead has opened or closed yet."""
    return Batch.objects.filter(name__startswith=BATCH_NAME, state=Batch.State.DRAFT).first()


def plan_stores(plan: ActivePlan) -> list[Store]:
    return list(plan.stores.all()) if ActivePlan.objects.filter(pk=plan.pk).exists() else []
