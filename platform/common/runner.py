"""Running a job: claim, work under a heartbeat, end it in exactly one state."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
from django.db import Error, connection

from common import jobs, services
from common.models import Job
from common.transient import is_transient
from common.words import SafeWords, place_of, with_safe_words

log = logging.getLogger("verbatim.jobs")
_BEAT_EVERY = 15.0  # seconds; a quarter of the lease
_PUT_OFF = timedelta(seconds=15)  # the longer, the more tries there were


def _beat(job: Job) -> None:
    try:
        services.job_heartbeat(job=job)
    except (Error, psycopg.Error) as error:
        if not is_transient(error):
            raise
        # The database starts again, perhaps: the next beat may still come before the lease ends.
        connection.close()


@contextmanager
def _heartbeat(job: Job) -> Iterator[None]:
    """Renew the lease from a thread while the handler is deep in a step that reports nothing."""
    over = threading.Event()

    def beat() -> None:
        try:
            while not over.wait(_BEAT_EVERY):
                _beat(job)
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name=f"heartbeat of job {job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def run_job(job_id: int) -> Job | None:
    """Do the job, when it is free. Returns it as it stands afterwards; None when another has it.

    A handler's unexpected error is logged with its type and place, never its message: that may
    quote a review. An error of the database that passes by itself puts the job off; where not
    even that can be written down, its lease runs out, and the sweep finds it.
    """
    job = services.job_claim(job_id=job_id, owner=f"{socket.gethostname()}:{os.getpid()}")
    if job is None:
        return None
    try:
        with _heartbeat(job):
            result = jobs.kind_of(job.kind).handler(jobs.JobContext(job))
    except jobs.LeaseLost:
        log.warning("job %s was taken over by another worker", job.pk)
    except jobs.JobCancelled:
        services.job_finish(job=job, state=Job.State.CANCELLED)
    except jobs.JobFailed as error:
        services.job_finish(job=job, state=Job.State.FAILED, error=str(error))
    except Exception as error:
        if not (is_transient(error) and _put_off(job)):
            services.job_finish(job=job, state=Job.State.FAILED, error=_safe_description(error))
            raise
        log.warning("job %s is put off: %s", job.pk, _safe_description(error))
    else:
        services.job_finish(job=job, state=Job.State.SUCCEEDED, result=result)
    job.refresh_from_db()
    return job


def _put_off(job: Job) -> bool:
    connection.close_if_unusable_or_obsolete()
    if job.attempts >= job.max_attempts:
        return False
    return services.job_put_off(job=job, wait=_PUT_OFF * job.attempts)


def _safe_description(error: BaseException) -> str:
    if isinstance(error, SafeWords):
        return with_safe_words(type(error).__name__, error)
    return place_of(error)
