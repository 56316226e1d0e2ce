"""An import while the database is in the way: every row is in once; the upload stays till then."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from common import runner, services
from common.models import Job
from common.selectors import jobs_nobody_holds
from reviews.models import ImportBatch, Review, Upload
from reviews.services import uploads
from reviews.signals import reviews_stored

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = 8
Fault = Callable[[], None]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.transient.PAUSES", (0.01, 0.01))
    monkeypatch.setattr("reviews.services.chunks.ROWS", 3)


@pytest.fixture
def job(cast: SimpleNamespace) -> Job:
    body = io.StringIO()
    body.write("id,text,stars\n")
    for at in range(ROWS - 1):
        body.write(f"{at},review number {at},5\n")
    body.write("bad,review,9\n")
    return uploads.import_request(
        actor=cast.ivo,
        store=cast.lanting,
        source_key="shop",
        upload=SimpleUploadedFile("shop.csv", body.getvalue().encode()),
        mapping={},
    )


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def lost() -> None:
    _run("select pg_terminate_backend(pg_backend_pid())")


def deadlocked() -> None:
    _run("do $$ begin raise exception 'crosswise' using errcode = '40P01'; end $$")


def not_serialisable() -> None:
    _run("do $$ begin raise exception 'overtaken' using errcode = '40001'; end $$")


def too_slow() -> None:
    _run("set local statement_timeout = 20")
    _run("select pg_sleep(5)")


def answer_lost() -> None:
    """The chunk is committed, and nobody hears of it."""
    transaction.on_commit(lost)


@contextmanager
def faulty(fault: Fault, times: int) -> Iterator[None]:
    """The second chunk meets `fault` so many times."""
    met = [0]

    def meet(**kwargs: Any) -> None:
        if Review.objects.count() > 3 and met[0] < times:
            met[0] += 1
            fault()

    reviews_stored.connect(meet, weak=False)
    try:
        yield
    finally:
        reviews_stored.disconnect(meet)
    assert met[0] == times


def assert_all_in(job: Job) -> None:
    job.refresh_from_db()
    batch = ImportBatch.objects.get()
    assert (job.state, job.error, batch.state) == ("succeeded", "", "done")
    assert (batch.rows, batch.created, batch.rejected) == (ROWS, ROWS - 1, 1)
    assert Review.objects.count() == ROWS - 1
    assert batch.rejections.count() == 1
    assert not Upload.objects.exists()


@pytest.mark.parametrize("fault", [lost, deadlocked, not_serialisable, too_slow, answer_lost])
def test_a_chunk_that_meets_a_passing_error_is_written_again(job: Job, fault: Fault) -> None:
    with faulty(fault, 1):
        runner.run_job(job.pk)
    assert_all_in(job)


def test_an_import_that_is_put_off_keeps_its_upload_and_goes_on(job: Job) -> None:
    with faulty(lost, 3):
        runner.run_job(job.pk)
        job.refresh_from_db()
        assert job.state == "queued"
        assert ImportBatch.objects.get().state == "running"
        assert uploads.upload_path(Upload.objects.get()).exists()
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    runner.run_job(job.pk)
    assert_all_in(job)


def test_an_import_that_is_cancelled_while_put_off_is_tidied_up(job: Job) -> None:
    with faulty(lost, 3):
        runner.run_job(job.pk)
    job.refresh_from_db()
    assert job.state == "queued"
    path = uploads.upload_path(Upload.objects.get())
    services.job_cancel(actor=None, job=job)
    assert job in jobs_nobody_holds(), "a worker is to take it up now"
    runner.run_job(job.pk)
    job.refresh_from_db()
    batch = ImportBatch.objects.get()
    assert (job.state, batch.state, batch.error) == ("cancelled", "failed", "cancelled")
    assert (Review.objects.count(), Upload.objects.count(), path.exists()) == (3, 0, False)


def test_an_import_given_up_for_the_database_can_be_started_again(
    job: Job, cast: SimpleNamespace
) -> None:
    with faulty(deadlocked, 9):
        for _ in range(2):
            runner.run_job(job.pk)
            Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        with pytest.raises(OperationalError):
            runner.run_job(job.pk)
    failed = ImportBatch.objects.get()
    assert failed.state == "failed"
    assert "start the import again" in failed.error
    again = uploads.import_of_upload(actor=cast.ivo, upload=Upload.objects.get(), mapping={})
    runner.run_job(again.pk)
    assert Review.objects.count() == ROWS - 1
    assert not Upload.objects.exists()


def test_an_upload_that_begins_while_leftovers_go_keeps_its_file(
    cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = uploads.uploads_folder()
    left = folder / "left"
    left.touch()

    def begun_first() -> Path:
        monkeypatch.undo()
        uploads.upload_take(
            actor=cast.ivo,
            store=cast.lanting,
            source_key="shop",
            file=SimpleUploadedFile("shop.csv", b"text\nfine\n"),
        )
        return folder

    monkeypatch.setattr(uploads, "uploads_folder", begun_first)
    uploads.uploads_left_remove()
    assert uploads.upload_path(Upload.objects.get()).exists()
    assert not left.exists()


def test_an_error_that_does_not_pass_is_not_tried_again(job: Job) -> None:
    def broken() -> None:
        _run("select 1 / 0")

    with faulty(broken, 1), pytest.raises(Exception, match="division by zero"):
        runner.run_job(job.pk)
    assert ImportBatch.objects.get().state == "failed"
    assert not Upload.objects.exists()
