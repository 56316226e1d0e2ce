from __future__ import annotations

from celery import shared_task

from common import doorway, runner, selectors


@shared_task(name="common.tasks.run_job")
def run_job(job_id: int) -> None:
    runner.run_job(job_id)


@shared_task(name="common.tasks.sweep_jobs")
def sweep_jobs() -> None:
    """Wake the workers for jobs nobody holds: their message was lost, or their worker died."""
    for job in selectors.jobs_nobody_holds():
        doorway.send(job)
