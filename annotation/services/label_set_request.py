"""A change of a label set that takes long: written down, for a worker to make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from annotation.label_set_followers import Progress
from annotation.models import LabelSetChange
from annotation.services.label_sets import label_set_change
from common.models import Job
from common.services import job_create

KIND = "change_label_set"
AT_ONCE = 20_000  # answers of people and models that a page carries over while somebody waits


def takes_long(seen: Mapping[str, Any]) -> bool:
    """Whether a change with this preview is one for a worker."""
    by_models: int = seen.get("models", {}).get("answers", 0)
    return bool(seen["totals"]["answers"] + by_models > AT_ONCE)


def change_request(
    *,
    actor: Any,
    question: str,
    changes: Sequence[Mapping[str, Any]],
    note: str,
    expect: str,
    or_more: bool,
) -> Job:
    """The job that will make the change, as `label_set_change` does. The caller wakes a worker."""
    arguments = {
        "question": question,
        "changes": list(changes),
        "note": note,
        "expect": expect,
        "or_more": or_more,
    }
    return job_create(actor=actor, kind=KIND, arguments=arguments)


def change_of_request(*, job: Job, said: Progress) -> LabelSetChange:
    """The change that `job` asks for; the one it made already, when its worker was killed just
    then. Raises BadChange."""
    told = job.arguments
    made = LabelSetChange.objects.filter(
        before__key=told["question"],
        request=told["changes"],
        made_by=job.actor,
        made_at__gte=job.created_at,
    ).first()
    if made is not None:
        return made
    return label_set_change(
        actor=job.actor,
        question=told["question"],
        changes=told["changes"],
        note=told["note"],
        expect=told["expect"],
        or_more=told["or_more"],
        said=said,
    )
