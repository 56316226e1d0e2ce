"""What is kept too long goes at night; what has a rule of its own follows that."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from common.models import Job
from modelops.models import HoldsErased, ModelVersion, SnapshotItem
from privacy.models import AuditEntry, PersonRequest, RetentionRun
from privacy.people import Identifier
from privacy.services import requests
from privacy.services.archives import exports_folder
from privacy.services.retaining import BadRule, retention_plan, retention_run, retention_set
from reviews.models import ImportBatch, RejectedRow, Review, Shopper, Source, Upload
from reviews.services.uploads import uploads_folder
from tests.analytics import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]


def _days_ago(days: int) -> Any:
    return timezone.now() - timedelta(days=days)


@pytest.fixture
def old(cast: SimpleNamespace) -> SimpleNamespace:
    """Reviews of two sources, 10 to 400 days old."""
    other = Source.objects.create(store=cast.lanting, key="other")
    made = []
    for age in (10, 100, 400):
        review = factories.review(cast.lanting)
        Review.objects.filter(pk=review.pk).update(posted_at=_days_ago(age))
        made.append(review)
    theirs = factories.review(cast.lanting)
    Review.objects.filter(pk=theirs.pk).update(posted_at=_days_ago(400), source=other)
    return SimpleNamespace(reviews=made, theirs=theirs, other=other)


def _left() -> set[int]:
    return set(Review.objects.values_list("pk", flat=True))


def test_reviews_stay_until_somebody_sets_a_time(old: SimpleNamespace) -> None:
    before = _left()
    assert retention_run(actor=None).problems == {}
    assert _left() == before


def test_a_source_with_a_rule_of_its_own_follows_it(old: SimpleNamespace) -> None:
    retention_set(actor=None, data_class="reviews", days=200)
    retention_set(actor=None, data_class="reviews", scope=f"source:{old.other.pk}", days=None)
    run = retention_run(actor=None)
    assert run.gone["reviews"] == 1
    assert _left() == {old.reviews[0].pk, old.reviews[1].pk, old.theirs.pk}
    retention_set(actor=None, data_class="reviews", scope=f"source:{old.other.pk}", days=90)
    retention_run(actor=None)
    assert old.theirs.pk not in _left()


def test_a_dry_run_changes_nothing_and_counts_the_same(old: SimpleNamespace) -> None:
    retention_set(actor=None, data_class="reviews", days=50)
    before, runs = _left(), RetentionRun.objects.count()
    dry = retention_run(actor=None, dry=True)
    assert (_left(), RetentionRun.objects.count()) == (before, runs)
    done = retention_run(actor=None)
    assert dry.gone == done.gone
    assert done.gone["reviews"] == 3
    trace = AuditEntry.objects.filter(action="retention.run").latest("pk")
    assert trace.details["gone"]["reviews"] == 3


def test_what_learned_from_an_old_review_is_marked(
    old: SimpleNamespace, cast: SimpleNamespace
) -> None:
    model: ModelVersion = factories.model_version()
    revision = old.reviews[2].revisions.get()
    SnapshotItem.objects.create(
        snapshot=model.run.snapshot, revision=revision, text=revision.text, language="en",
        split="train", row_hash="x",
    )  # fmt: skip
    retention_set(actor=None, data_class="reviews", days=200)
    retention_run(actor=None)
    assert HoldsErased.objects.get().model == model


def test_consent_that_ran_out_long_ago_takes_its_review_along(
    old: SimpleNamespace, cast: SimpleNamespace
) -> None:
    shopper = Shopper.objects.create(store=cast.lanting, key_hash="h")
    held, fresh, other = old.reviews
    consent = {"legal_basis": "consent", "consent_at": _days_ago(500)}
    rows = Review.objects.filter
    rows(pk=held.pk).update(consent_until=_days_ago(31), shopper=shopper, **consent)
    rows(pk=fresh.pk).update(consent_until=_days_ago(5), **consent)
    rows(pk=other.pk).update(consent_until=_days_ago(31))  # held on another ground
    retention_run(actor=None)
    assert _left() == {fresh.pk, other.pk, old.theirs.pk}
    assert not Shopper.objects.exists()


def test_rejects_uploads_jobs_and_archives_go(cast: SimpleNamespace, old: SimpleNamespace) -> None:
    job = Job.objects.create(kind="x", state="succeeded", finished_at=_days_ago(91))
    waiting = Job.objects.create(kind="x")
    batch = ImportBatch.objects.create(
        source=old.other, file_name="a.csv", file_hash="x", state="done", rows=1, rejected=1
    )
    ImportBatch.objects.filter(pk=batch.pk).update(started_at=_days_ago(31))
    RejectedRow.objects.create(batch=batch, line=2, reason="no_text", content="x")
    left, needed = uploads_folder() / "left.csv", uploads_folder() / "needed.csv"
    coming = Upload.objects.create(source=old.other, file_name="b.csv", size=100)
    half = uploads_folder() / coming.pk.hex
    for path in (left, needed, half):
        path.write_text("text\nhello\n", "utf-8")
        os.utime(path, (0, 0))
    Job.objects.create(kind="import_file", arguments={"path": str(needed)})
    asked = requests.request_receive(
        actor=None, kind="export", law="gdpr", stores=[cast.lanting.pk],
        identifiers=[Identifier("name", "somebody")],
    )  # fmt: skip
    requests.request_refuse(actor=None, request=asked, reason="a test")
    (exports_folder() / "a.zip").write_bytes(b"zip")
    PersonRequest.objects.filter(pk=asked.pk).update(archive="a.zip", closed_at=_days_ago(8))

    run = retention_run(actor=None)

    assert run.problems == {}
    assert (run.gone["rejects"], run.gone["uploads"], run.gone["exports"]) == (1, 1, 1)
    assert not left.exists()
    assert needed.exists()
    assert half.exists()
    assert set(Job.objects.values_list("pk", flat=True)) >= {waiting.pk}
    assert not Job.objects.filter(pk=job.pk).exists()
    assert PersonRequest.objects.filter(pk=asked.pk, archive="").exists()


def test_a_rule_for_nothing_is_refused() -> None:
    for wrong in ({"data_class": "dreams", "days": 3}, {"data_class": "jobs", "days": -1}):
        with pytest.raises(BadRule):
            retention_set(actor=None, **wrong)
    with pytest.raises(BadRule):
        retention_set(actor=None, data_class="reviews", scope="source:999", days=3)
    retention_set(actor=None, data_class="jobs", days=5)
    assert {kept.data_class: kept.days for kept in retention_plan()}["jobs"] == 5
    retention_set(actor=None, data_class="jobs", days=None, default=True)
    assert {kept.data_class: kept.days for kept in retention_plan()}["jobs"] == 90


def test_the_command_shows_what_would_go(old: SimpleNamespace) -> None:
    out = StringIO()
    call_command("retention", "--set", "reviews=50", stdout=out)
    out = StringIO()
    call_command("retention", "--dry-run", "--json", stdout=out)
    assert json.loads(out.getvalue())["gone"]["reviews"] == 3
    assert Review.objects.count() == 4
