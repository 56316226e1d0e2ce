from __future__ import annotations

from datetime import datetime

from common.models import Job

ROTATE = "rotate_keys"


def last_rotation() -> datetime | None:
    ended = Job.objects.filter(kind=ROTATE, state=Job.State.SUCCEEDED).order_by("-finished_at")
    return ended.values_list("finished_at", flat=True).first()


def rotation_runs() -> bool:
    return Job.objects.filter(kind=ROTATE, state__in=[Job.State.QUEUED, Job.State.RUNNING]).exists()
