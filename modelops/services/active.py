"""Active learning: train when enough was labelled, then propose what to label next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Role, Store, User
from accounts.selectors import has_role, stores_for
from annotation.designs import Design
from annotation.frames import BadBatch, Frame
from annotation.models import SamplingDesign
from annotation.selectors.fresh_labels import newest_label
from annotation.services.batches import Wanted
from annotation.services.requesting import batch_request
from common.models import Job
from modelops.errors import ModelopsError
from modelops.models import ActivePlan, Snapshot
from modelops.selectors.active import (
    BATCH_NAME,
    draft_waiting,
    drawing_open,
    outlook,
    plan_stores,
)
from modelops.selectors.curves import curve_looked_at
from modelops.selectors.models import champion
from modelops.selectors.predictions import work_waits
from modelops.selectors.questions import questions_trained
from modelops.services.curves import curve_start
from modelops.services.locks import one_at_a_time
from modelops.services.snapshots import snapshot_from_annotations
from modelops.services.training import DEFAULT_BASE, DEFAULT_NAME, answers_gone, training_start
from privacy.services import audit_record
from reviews.models import ANALYSED_LANGUAGES

_PATIENCE = timedelta(hours=12)


class BadPlan(ModelopsError):
    """The plan cannot be; the message names what is wrong with which part of it."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What somebody sets; see the fields of `ActivePlan`. No stores or languages: all."""

    is_on: bool
    new_labels: int = 200
    days: int = 7
    batch_size: int = 100
    overlap: int = 1
    explored: float = 0.2
    promotes: bool = False
    languages: Sequence[str] = ()
    stores: Sequence[Store] = ()


@transaction.atomic
def active_plan_set(*, actor: User, wanted: Planned) -> ActivePlan:
    """Set the one plan there is; its batches are drawn in the name of `actor`. Raises BadPlan."""
    _check(actor, wanted)
    one_at_a_time("modelops.active")
    plan, _ = ActivePlan.objects.get_or_create(pk=1)
    names = ["is_on", "new_labels", "days", "batch_size", "overlap", "explored", "promotes"]
    for name in names:
        setattr(plan, name, getattr(wanted, name))
    plan.languages, plan.owner, plan.problem = list(wanted.languages), actor, ""
    plan.save()
    plan.stores.set(wanted.stores)
    audit_record(
        actor=actor,
        action="active_plan.set",
        object_type="active_plan",
        object_id=plan.pk,
        details={name: getattr(wanted, name) for name in names}
        | {
            "languages": plan.languages,
            "stores": [store.key for store in wanted.stores],
        },
    )
    return plan


def _check(actor: User, wanted: Planned) -> None:
    if not has_role(actor, Role.ML_ENGINEER):
        raise BadPlan("Only an ML engineer sets active learning.")
    ranges = {
        "new_labels": (1, 1_000_000),
        "days": (1, 365),
        "batch_size": (1, 10_000),
        "overlap": (1, 10),
    }
    for name, (least, most) in ranges.items():
        if not least <= getattr(wanted, name) <= most:
            raise BadPlan(f"{name}: {least} to {most}.")
    if not 0 < wanted.explored <= 1:
        raise BadPlan("explored: a share above 0, up to 1.")
    if unknown := set(wanted.languages) - set(ANALYSED_LANGUAGES):
        raise BadPlan(f"languages: there is no {', '.join(sorted(unknown))}.")
    if {store.pk for store in wanted.stores} - set(stores_for(actor).values_list("pk", flat=True)):
        raise BadPlan("stores: only those that you may see.")


@transaction.atomic
def active_step(*, actor: Any) -> list[Job]:
    """Do what is due now; the caller wakes workers for the jobs.

    One training at a time, and none while the last one's end was not looked at; one proposal at a
    time, and none beside one that waits for a lead.
    """
    one_at_a_time("modelops.active")
    plan = ActivePlan.objects.select_related("training", "owner").filter(is_on=True).first()
    if plan is None:
        return []
    if plan.proposes:
        return _proposed(actor, plan)
    job = _trained(actor, plan) if outlook(plan).due else None
    return [job] if job is not None else []


def _trained(actor: Any, plan: ActivePlan) -> Job | None:
    plan.counted_at, plan.counted_to, plan.problem = timezone.now(), newest_label(), ""
    try:
        plan.training = _training(actor, plan)
        plan.proposes = True
    except ModelopsError as problem:
        # Not tried again before more is labelled; the page says why.
        plan.training, plan.proposes, plan.problem = None, False, str(problem)
    plan.save(update_fields=["counted_at", "counted_to", "problem", "training", "proposes"])
    audit_record(
        actor=actor,
        action="active_plan.train" if plan.training else "active_plan.train_failed",
        object_type="active_plan",
        object_id=plan.pk,
        details={"job": plan.training_id},
    )
    return plan.training


@transaction.atomic
def _training(actor: Any, plan: ActivePlan) -> Job:
    """As the champion was trained; with what `train` does by itself while there is none."""
    model = champion()
    asked = questions_trained(model)
    snapshot = snapshot_from_annotations(actor=actor, questions=asked)
    labelled = snapshot.counts.get("labels", {})
    # One that learned from a file knows what no label here tells: a person decides about it.
    by_labels = model is None or model.run.snapshot.origin == "annotations"
    return training_start(
        actor=actor,
        snapshot=snapshot,
        questions=[key for key in asked if key in labelled],
        name=model.name if model else DEFAULT_NAME,
        base=model.run.base if model else DEFAULT_BASE,
        family=model.family if model else "encoder",
        config=model.run.config if model else {},
        promote=plan.promotes and by_labels,
        unseen=True,
    )


def _proposed(actor: Any, plan: ActivePlan) -> list[Job]:
    job = plan.training
    if job is not None and not job.over:
        return []
    found = _looked(actor, job)
    model = champion()
    if job is not None and model is not None and work_waits(model) and not _long_ago(job):
        return found  # how sure it is will be known when it has answered
    plan.proposes = False
    if (
        job is not None
        and job.state == Job.State.SUCCEEDED
        and not (draft_waiting() or drawing_open())
    ):
        try:
            found.append(_drawing(plan, job, by_model=model is not None))
            plan.problem = ""
        except BadBatch as problem:
            plan.problem = str(problem)
    elif job is not None and job.state == Job.State.FAILED:
        plan.problem = job.error
        if _set_changed(job):
            # The labels went over to the new set: they are as good as before.
            plan.counted_at, plan.counted_to = None, None
    plan.save(update_fields=["proposes", "problem", "counted_at", "counted_to"])
    return found


def _set_changed(training: Job) -> bool:
    """Whether it failed since choices changed after it was asked for."""
    snapshot = Snapshot.objects.filter(pk=training.arguments.get("snapshot")).first()
    return snapshot is not None and bool(answers_gone(snapshot, training.arguments["questions"]))


def _looked(actor: Any, training: Job | None) -> list[Job]:
    """Once after a training: whether more labels help, by what it has learned from."""
    if training is None or training.state != Job.State.SUCCEEDED:
        return []
    snapshot = Snapshot.objects.filter(pk=training.arguments.get("snapshot")).first()
    if snapshot is None or curve_looked_at(snapshot, training):
        return []
    return [curve_start(actor=actor, snapshot=snapshot)]


def _long_ago(job: Job) -> bool:
    # Where reviews come without end, something always waits for an answer.
    return job.finished_at is not None and job.finished_at < timezone.now() - _PATIENCE


def _drawing(plan: ActivePlan, training: Job, by_model: bool) -> Job:
    owner = plan.owner
    if owner is None or not owner.is_active or not has_role(owner, Role.ML_ENGINEER):
        raise BadBatch("owner", "whoever set active learning no longer leads; set it anew")
    may = list(stores_for(owner))
    chosen = [store for store in plan_stores(plan) or may if store in may]
    if not chosen:
        raise BadBatch("stores", "you may no longer see any of its stores")
    design = Design(
        name=SamplingDesign.UNCERTAINTY if by_model else SamplingDesign.UNIFORM,
        explored=plan.explored,
        passes_labelled=True,
    )
    job = batch_request(
        actor=owner,
        name=f"{BATCH_NAME}{training.pk}",
        frame=Frame(chosen, languages=plan.languages),
        size=plan.batch_size,
        seed=training.pk,
        wanted=Wanted(overlap=plan.overlap, draft=True),
        design=design,
    )
    audit_record(
        actor=None,
        action="active_plan.propose",
        object_type="active_plan",
        object_id=plan.pk,
        details={"job": job.pk, "training": training.pk},
    )
    return job
