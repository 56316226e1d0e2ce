from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from common.models import Job


def jobs_open() -> QuerySet[Job]:
    return Job.objects.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])


def jobs_nobody_holds() -> QuerySet[Job]:
    """Jobs that wait for a worker, or whose worker died."""
    return jobs_open().filter(
        Q(lease_until__lt=timezone.now()) | Q(state=Job.State.QUEUED, lease_until__isnull=True)
    )


def jobs_seen_by(person: Any) -> QuerySet[Job]:
    """The jobs `person` asked for; a superuser sees everybody's and the system's own."""
    jobs = Job.objects.select_related("actor")
    return jobs if person.is_superuser else jobs.filter(actor=person)


def job_seconds_left(job: Job) -> float | None:
    """How many seconds the rest takes at the pace so far; None while that cannot be said."""
    if job.state != Job.State.RUNNING or job.started_at is None or not job.fraction:
        return None
    spent = (timezone.now() - job.started_at).total_seconds()
    return spent / job.fraction * (1 - job.fraction)
