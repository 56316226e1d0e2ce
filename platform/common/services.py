"""Changes of jobs. Who may change a job is decided in the database, by state and fencing number."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from common.models import Job

LEASE = timedelta(seconds=60)
_OPEN = [Job.State.QUEUED, Job.State.RUNNING]


def job_create(*, actor: Any, kind: str, arguments: dict[str, Any], max_attempts: int = 3) -> Job:
    """Write down a piece of long work. The caller wakes a worker (see `common.doorway`)."""
    return Job.objects.create(
        actor=actor, kind=kind, arguments=arguments, max_attempts=max_attempts
    )


def job_cancel(*, actor: Any, job: Job) -> Job:
    """Ask for `job` to stop: at once when nobody began it, else at its next step.

    What was put off is taken up again at once, so that its handler can tidy up.
    """
    now = timezone.now()
    found = Job.objects.filter(pk=job.pk)
    found.filter(state=Job.State.QUEUED, started_at__isnull=True).update(
        state=Job.State.CANCELLED, finished_at=now, cancel_requested=True
    )
    begun = found.filter(started_at__isnull=False)
    begun.filter(state__in=_OPEN).update(cancel_requested=True)
    begun.filter(state=Job.State.QUEUED, lease_until__gt=now).update(lease_until=now)
    job.refresh_from_db()
    return job


@transaction.atomic
def job_claim(*, job_id: int, owner: str) -> Job | None:
    """Take the job when it waits or its holder's lease has run out; None when another has it.

    A job that was taken `max_attempts` times without ending fails: it would go on for ever.
    """
    now = timezone.now()
    free = Q(state__in=_OPEN, lease_until__lt=now) | Q(
        state=Job.State.QUEUED, lease_until__isnull=True
    )
    job = Job.objects.select_for_update(skip_locked=True).filter(free, pk=job_id).first()
    if job is None:
        return None
    if job.attempts >= job.max_attempts:
        job.state = Job.State.FAILED
        job.error = job.error or f"Stopped after {job.attempts} tries: its worker died each time."
        job.finished_at = now
        job.save(update_fields=["state", "error", "finished_at"])
        return None
    job.state = Job.State.RUNNING
    job.attempts += 1
    job.fence += 1
    job.lease_owner = owner
    job.lease_until = now + LEASE
    job.heartbeat_at = now
    job.started_at = job.started_at or now
    job.save()
    return job


def job_heartbeat(*, job: Job, changes: dict[str, Any] | None = None) -> tuple[bool, bool]:
    """Renew the lease and write `changes`. Returns (still ours, cancel requested)."""
    now = timezone.now()
    held = _ours(job).update(lease_until=now + LEASE, heartbeat_at=now, **(changes or {}))
    if not held:
        return False, False
    cancelled = Job.objects.filter(pk=job.pk).values_list("cancel_requested", flat=True).get()
    return True, cancelled


def job_finish(
    *, job: Job, state: Job.State, result: dict[str, Any] | None = None, error: str = ""
) -> bool:
    """End the job. False when it is no longer ours: then nothing is written."""
    changes: dict[str, Any] = {
        "state": state,
        "finished_at": timezone.now(),
        "error": error,
        "lease_owner": "",
    }
    if state == Job.State.SUCCEEDED:
        changes |= {"result": result or {}, "done": F("total")}
    return bool(_ours(job).update(**changes))


def job_put_off(*, job: Job, wait: timedelta) -> bool:
    """Give the job back, to be taken up again after `wait`; a sweep wakes a worker then."""
    until = timezone.now() + wait
    return bool(_ours(job).update(state=Job.State.QUEUED, lease_owner="", lease_until=until))


def job_abandon(*, job: Job) -> None:
    """Let the lease of a job run out now: its worker is known to be dead."""
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(lease_until=timezone.now())


def _ours(job: Job) -> Any:
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, fence=job.fence)
