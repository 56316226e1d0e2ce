"""From a doorway (a page, the API, a command) to a worker. Services never come here."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from celery import current_app
from django.db import transaction
from django.utils import timezone

from common import jobs, services
from common.home import CHECKOUT
from common.models import Job
from common.transient import patiently

_LOOK_EVERY = 0.3  # seconds


def send(job: Job) -> None:
    """Send the wake-up for `job` now. Losing it does no harm: a sweep sends it again."""
    current_app.send_task("common.tasks.run_job", args=[job.pk], queue=jobs.kind_of(job.kind).queue)


def wake(job: Job) -> None:
    """Wake a worker for `job` once the transaction is committed.

    A broker that is down stops nobody: the job is written down, and a sweep sends it again.
    """
    transaction.on_commit(lambda: send(job), robust=True)


def worker_listens(queue: str) -> bool:
    """Whether a live worker takes tasks from `queue`."""
    answers = current_app.control.inspect(timeout=1.0).active_queues() or {}
    return any(entry["name"] == queue for queues in answers.values() for entry in queues)


def run_and_wait(job: Job, on_progress: Callable[[Job], None] | None = None) -> Job:
    """Have `job` done by a live worker, or by a child process when there is none; wait for it."""
    child: subprocess.Popen[bytes] | None = None
    if worker_listens(jobs.kind_of(job.kind).queue):
        send(job)
    else:
        child = _child(job)
    while True:
        patiently(job.refresh_from_db)
        if on_progress is not None:
            on_progress(job)
        if job.over:
            break
        if child is not None and child.poll() is not None:
            patiently(job.refresh_from_db)
            if job.over:
                break
            if _is_put_off(job):
                time.sleep(_LOOK_EVERY)
                continue
            # Its process died without ending it; the lease keeps others off for a while.
            services.job_abandon(job=job)
            child = _child(job)
        time.sleep(_LOOK_EVERY)
    if child is not None:
        child.wait()
    return job


def _is_put_off(job: Job) -> bool:
    until = job.lease_until if job.state == Job.State.QUEUED else None
    return until is not None and until > timezone.now()


def _child(job: Job) -> subprocess.Popen[bytes]:
    manage = Path(CHECKOUT) / "manage.py"
    return subprocess.Popen(
        [sys.executable, str(manage), "run_job", str(job.pk)],
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr.fileno(),
    )
