from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from common import jobs, runner, services
from common.helpers import HelperFailed
from common.models import Job
from common.selectors import jobs_nobody_holds

pytestmark = pytest.mark.django_db(transaction=True)


def _kind(name: str, handler: Any) -> str:
    jobs.register(jobs.JobKind(name, handler))
    return name


def _job(kind: str, **arguments: Any) -> Job:
    return services.job_create(actor=None, kind=kind, arguments=arguments)


def test_a_job_runs_once_and_keeps_its_result() -> None:
    job = _job(_kind("double", lambda context: {"twice": context.arguments["n"] * 2}), n=21)
    runner.run_job(job.pk)
    assert runner.run_job(job.pk) is None
    job.refresh_from_db()
    assert (job.state, job.result) == ("succeeded", {"twice": 42})


def test_a_failure_is_told_without_the_words_of_the_error() -> None:
    def fail(context: jobs.JobContext) -> dict[str, Any]:
        raise ValueError("call me on 13812345678")

    job = _job(_kind("fail", fail))
    with pytest.raises(ValueError, match="call me"):
        runner.run_job(job.pk)
    job.refresh_from_db()
    assert job.state == "failed"
    assert job.error.startswith("ValueError in test_jobs.py:")
    assert "138" not in job.error


def test_a_failure_in_a_helper_is_told_with_its_own_type_and_place() -> None:
    def fail(context: jobs.JobContext) -> dict[str, Any]:
        raise HelperFailed("KeyError in cleaning.py:7 (strip)")

    job = _job(_kind("helped", fail))
    with pytest.raises(HelperFailed):
        runner.run_job(job.pk)
    job.refresh_from_db()
    assert job.error == "HelperFailed: KeyError in cleaning.py:7 (strip)"


def test_a_job_whose_worker_died_goes_on_from_its_checkpoint() -> None:
    def count(context: jobs.JobContext) -> dict[str, Any]:
        context.save_checkpoint({"seen": context.checkpoint.get("seen", 0) + 1})
        return context.checkpoint

    job = _job(_kind("count", count))
    dead = services.job_claim(job_id=job.pk, owner="dead")
    assert dead is not None
    services.job_heartbeat(job=dead, changes={"checkpoint": {"seen": 4}})
    assert runner.run_job(job.pk) is None, "its lease still holds"
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    runner.run_job(job.pk)
    job.refresh_from_db()
    assert job.result == {"seen": 5}


def test_what_a_superseded_worker_writes_is_refused() -> None:
    job = _job(_kind("nothing", lambda context: {}))
    late = services.job_claim(job_id=job.pk, owner="late")
    assert late is not None
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    services.job_claim(job_id=job.pk, owner="next")
    assert not services.job_finish(job=late, state=Job.State.SUCCEEDED)
    with pytest.raises(jobs.LeaseLost):
        jobs.JobContext(late).stage("writing")
    job.refresh_from_db()
    assert job.lease_owner == "next"


def test_a_running_job_stops_at_its_next_step_when_cancelled() -> None:
    def work(context: jobs.JobContext) -> dict[str, Any]:
        services.job_cancel(actor=None, job=context.job)
        context.stage("step two")
        raise AssertionError("went on after being cancelled")

    job = _job(_kind("long", work))
    runner.run_job(job.pk)
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_a_job_that_kills_its_workers_fails_after_its_tries() -> None:
    job = _job(_kind("killer", lambda context: {}))
    for _ in range(job.max_attempts):
        assert services.job_claim(job_id=job.pk, owner="dies") is not None
        Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert services.job_claim(job_id=job.pk, owner="dies") is None
    job.refresh_from_db()
    assert job.state == "failed"
    assert "3 tries" in job.error


def _lose_the_connection() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(pg_backend_pid())")


def test_a_job_that_loses_the_database_is_put_off_and_goes_on() -> None:
    def work(context: jobs.JobContext) -> dict[str, Any]:
        if context.checkpoint:
            return {"went on": True}
        context.save_checkpoint({"there": True})
        _lose_the_connection()
        raise AssertionError("the connection is still there")

    job = _job(_kind("unlucky", work))
    runner.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == ("queued", "")
    assert runner.run_job(job.pk) is None, "not at once"
    assert job not in jobs_nobody_holds()
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert job in jobs_nobody_holds()
    runner.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == ("succeeded", {"went on": True})


def test_a_job_that_never_gets_the_database_fails_after_its_tries() -> None:
    def work(context: jobs.JobContext) -> dict[str, Any]:
        lasts.append(context.last_try)
        _lose_the_connection()
        return {}

    lasts: list[bool] = []
    job = _job(_kind("very unlucky", work))
    for _ in range(2):
        runner.run_job(job.pk)
        Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    with pytest.raises(OperationalError):
        runner.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, lasts) == ("failed", [False, False, True])
