"""A batch whose design reads what a model said: written down, for a worker to draw."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from accounts.models import User
from accounts.selectors import stores_for
from annotation.designs import Design
from annotation.frames import BadBatch, Frame
from annotation.models import Batch
from annotation.services.batches import Wanted, batch_check, batch_create
from common.models import Job
from common.services import job_create

KIND = "draw_batch"


def batch_request(
    *, actor: User, name: str, frame: Frame, size: int, seed: int, wanted: Wanted, design: Design
) -> Job:
    """The job that will draw the batch. What can be said without drawing is said now: raises
    BadBatch."""
    batch_check(name=name, size=size, frame=frame, wanted=wanted, design=design)
    arguments = {
        "name": name.strip(),
        "size": size,
        "seed": seed,
        "frame": frame.as_arguments(),
        "design": design.as_arguments(),
        "wanted": {
            "overlap": wanted.overlap,
            "priority": wanted.priority,
            "due_on": wanted.due_on and wanted.due_on.isoformat(),
            "all_mentions": wanted.all_mentions,
            "shows_answers": wanted.shows_answers,
            "gold_rate": wanted.gold_rate,
            "questions": list(wanted.questions),
            "annotators": [one.pk for one in wanted.annotators],
            "draft": wanted.draft,
        },
    }
    return job_create(actor=actor, kind=KIND, arguments=arguments)


def batch_of_request(*, job: Job) -> Batch:
    """The batch that `job` asks for; the one it made already, when its worker was killed just
    then. Raises BadBatch."""
    told = job.arguments
    made = Batch.objects.filter(
        name=told["name"], created_by=job.actor, created_at__gte=job.created_at
    ).first()
    if made is not None:
        return made
    frame = Frame.from_arguments(told["frame"])
    # Stores may have been taken from them since.
    may = set(stores_for(job.actor).values_list("pk", flat=True))
    frame = replace(frame, stores=[store for store in frame.stores if store.pk in may])
    if not frame.stores:
        raise BadBatch("stores", "you may no longer see any of its stores")
    return batch_create(
        actor=job.actor,
        name=told["name"],
        frame=frame,
        size=told["size"],
        seed=told["seed"],
        wanted=_wanted(told["wanted"]),
        design=Design.from_arguments(told["design"]),
    )


def _wanted(told: dict[str, Any]) -> Wanted:
    due = told["due_on"]
    people = list(User.objects.filter(pk__in=told["annotators"]))
    return Wanted(
        **{**told, "due_on": date.fromisoformat(due) if due else None, "annotators": people}
    )
