from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from common.models import Job


def jobs_open() -> QuerySet[Job]:
    return Job.objects.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])


def jobs_nobody_holds() -> QuerySet[Job]:
    """Jobs that wait for a worker, or whose worker died."""
    return Job.objects.filter(
        Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, lease_until__lt=timezone.now())
    )
