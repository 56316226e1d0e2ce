"""The job that draws a batch."""

from __future__ import annotations

from typing import Any

from annotation.frames import BadBatch
from annotation.services.requesting import KIND, batch_of_request
from common.jobs import JobContext, JobFailed, JobKind
from common.jobs import register as register_kind


def _draw(context: JobContext) -> dict[str, Any]:
    context.stage("drawing")
    try:
        batch = batch_of_request(job=context.job)
    except BadBatch as error:
        raise JobFailed(str(error)) from error
    return {"batch": batch.pk, "drawn": batch.items.filter(is_gold=False).count()}


def register() -> None:
    register_kind(JobKind(KIND, _draw))
