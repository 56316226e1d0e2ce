"""The pages of leads: who may, what they see and what they change."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from annotation.models import Assignment, AuditRate, Batch, BatchItem, GoldAnswer
from annotation.services.audit import audit_batch
from annotation.services.batches import Frame, batch_create
from annotation.services.questions import questions_seed
from common import text_service
from common.models import Job
from common.runner import run_job
from reviews.models import Review
from tests import shop
from tests.analytics import factories

pytestmark = pytest.mark.django_db

NEW: dict[str, Any] = {
    "name": "june",
    "design": "uniform",
    "size": 2,
    "overlap": 2,
    "priority": 0,
    "gold": 0,
}


@pytest.fixture(autouse=True)
def nothing_by_itself(db: None) -> None:
    AuditRate.objects.update(rate=0)
    questions_seed()


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def lead(cast: SimpleNamespace) -> Client:
    """max leads in both stores."""
    return signed_in(cast.max)


def some(cast: SimpleNamespace, count: int, store: Any = None) -> list[Review]:
    return [factories.review(store or cast.lanting) for _ in range(count)]


def batch_of(cast: SimpleNamespace, *stores: Any, name: str = "may") -> Batch:
    return batch_create(
        actor=cast.max, name=name, frame=Frame(stores or [cast.lanting]), size=99, seed=1
    )


def answer_by_hand(batch: Batch, person: User, store: Any) -> None:
    now = timezone.now()
    for item in batch.items.filter(review__store=store):
        Assignment.objects.create(
            item=item,
            annotator=person,
            state="answered",
            taken_at=now,
            taken_until=now,
            ended_at=now,
        )
        BatchItem.objects.filter(pk=item.pk).update(ended=1)


def test_leads_only(cast: SimpleNamespace) -> None:
    some(cast, 1)
    batch = batch_of(cast)
    review = Review.objects.get()
    pages = [
        reverse("batches"),
        reverse("batch-new"),
        reverse("batch-frame"),
        reverse("batch", args=[batch.pk]),
        reverse("gold", args=[review.pk]),
    ]
    for url in pages:
        assert Client().get(url).status_code == 302
        for person in (cast.ann, cast.mia, cast.pia):
            assert signed_in(person).get(url).status_code == 403
        assert signed_in(cast.max).get(url).status_code == 200
    for name, args in (("audit-rate", []), ("batch-state", [batch.pk])):
        assert signed_in(cast.ann).post(reverse(name, args=args)).status_code == 403


def test_what_another_store_has_is_neither_seen_nor_counted_nor_changed(
    cast: SimpleNamespace, lead: Client
) -> None:
    some(cast, 2)
    some(cast, 3, cast.northway)
    theirs = batch_of(cast, cast.northway, name="only theirs")
    both = batch_of(cast, cast.lanting, cast.northway, name="of both")
    answer_by_hand(both, cast.ann, cast.northway)
    cast.max.stores.set([cast.lanting])
    listed = lead.get(reverse("batches")).content.decode()
    assert "of both" in listed
    assert "only theirs" not in listed
    assert "0 of 2 answers are in" in listed
    assert lead.get(reverse("batch", args=[theirs.pk])).status_code == 404
    page = lead.get(reverse("batch", args=[both.pk])).content.decode()
    assert "Nobody has answered yet" in page, "what they did there is not this lead's"
    assert "Close the batch" not in page
    for name in ("batch", "batch-state"):
        lead.post(reverse(name, args=[both.pk]), {"state": "closed", "overlap": 3})
    both.refresh_from_db()
    assert (both.state, both.overlap) == ("open", 1)
    assert lead.post(reverse("batch-state", args=[theirs.pk])).status_code == 404
    foreign = Review.objects.filter(store=cast.northway).first()
    assert foreign is not None
    assert lead.get(reverse("gold", args=[foreign.pk])).status_code == 404
    lead.post(reverse("audit-rate"), {"rate": 50})
    assert not AuditRate.objects.filter(rate=0.5).exists(), "it holds for all stores"


def test_a_batch_is_drawn_on_the_page(cast: SimpleNamespace, lead: Client) -> None:
    some(cast, 4)
    some(cast, 1, cast.northway)
    asked = {
        **NEW,
        "stores": [cast.lanting.pk],
        "annotators": [cast.ann.pk],
        "due_on": "2026-12-24",
    }
    made = lead.post(reverse("batch-new"), asked)
    batch = Batch.objects.get(name="june")
    assert made.url == reverse("batch", args=[batch.pk])
    assert (batch.frame_size, batch.items.count(), batch.overlap) == (4, 2, 2)
    assert set(batch.items.values_list("inclusion_probability", flat=True)) == {0.5}
    assert list(batch.annotators.all()) == [cast.ann]
    assert batch.created_by == cast.max
    page = lead.get(made.url).content.decode()
    assert "May correct an index" in page
    refused = lead.post(reverse("batch-new"), {**asked, "size": 0, "design": "keyword"})
    assert refused.status_code == 422
    twice = lead.post(reverse("batch-new"), {**asked, "design": "keyword"})
    assert "there is a batch of this name" in twice.content.decode()
    wordless = lead.post(reverse("batch-new"), {**asked, "name": "x", "design": "keyword"})
    assert "give at least one word or phrase" in wordless.content.decode()
    zh = Client(headers={"accept-language": "zh-hans"})
    zh.force_login(cast.max, backend="django.contrib.auth.backends.ModelBackend")
    told = zh.post(reverse("batch-new"), {**asked, "name": "x", "design": "keyword"})
    assert "give at least one word" not in told.content.decode()


def test_what_fits_is_counted_and_shown_while_it_is_filled_in(
    cast: SimpleNamespace, lead: Client
) -> None:
    for review in some(cast, 7):
        shop.write(review, "<b>lid</b> leaks")
    some(cast, 2)
    shop.write(some(cast, 1, cast.northway)[0], "their lid")
    url = reverse("batch-frame")
    asked = {"words": "lid", "stores": [cast.lanting.pk]}
    found = lead.get(url, asked).content.decode()
    assert "<strong>7</strong>" in found
    assert found.count("&lt;b&gt;lid") == 5
    assert "may not correct an index" in found
    assert "<strong>8</strong>" in lead.get(url, {"words": "lid"}).content.decode()
    assert "cannot be read" in lead.get(url, {"since": "soon"}).content.decode()
    cast.max.stores.set([cast.lanting])
    assert "<strong>7</strong>" in lead.get(url, {"words": "lid"}).content.decode()
    foreign = lead.get(url, {"stores": [cast.northway.pk]}).content.decode()
    assert "cannot be read" in foreign


def test_what_a_model_has_to_be_asked_for_is_drawn_by_a_worker(
    cast: SimpleNamespace, lead: Client
) -> None:
    champion = factories.model_version("starter")
    for _ in range(4):
        factories.answered(champion, cast.lanting)
    made = lead.post(reverse("batch-new"), {**NEW, "design": "uncertainty", "explored": 50})
    job = Job.objects.get(kind="draw_batch")
    assert made.url == reverse("job", args=[job.pk])
    assert "is being drawn" in lead.get(reverse("batches")).content.decode()
    run_job(job.pk)
    batch = Batch.objects.get(name="june")
    job.refresh_from_db()
    assert job.result == {"batch": batch.pk, "drawn": 2}
    assert (batch.created_by, batch.design_options["explored"]) == (cast.max, 0.5)
    assert reverse("batch", args=[batch.pk]) in lead.get(made.url).content.decode()
    again = Job.objects.create(kind="draw_batch", arguments=job.arguments, actor=cast.max)
    Job.objects.filter(pk=again.pk).update(created_at=job.created_at)
    run_job(again.pk)
    assert Batch.objects.count() == 1, "its worker was killed after it had drawn"
    late = {**NEW, "name": "late", "design": "diversity"}
    lead.post(reverse("batch-new"), late)
    cast.max.stores.clear()
    failed = Job.objects.latest("pk")
    run_job(failed.pk)
    failed.refresh_from_db()
    assert (failed.state, failed.error) == ("failed", "you may no longer see any of its stores")


def test_a_batch_is_closed_opened_and_extended(cast: SimpleNamespace, lead: Client) -> None:
    some(cast, 2)
    batch = batch_of(cast)
    lead.post(reverse("batch-state", args=[batch.pk]), {"state": "closed"})
    batch.refresh_from_db()
    assert batch.state == "closed"
    wanted = {"overlap": 2, "priority": 3, "gold": 10, "annotators": [cast.ann.pk]}
    assert lead.post(reverse("batch", args=[batch.pk]), wanted).status_code == 302
    batch.refresh_from_db()
    assert (batch.overlap, batch.priority, batch.gold_rate) == (2, 3, 0.1)
    refused = lead.post(reverse("batch", args=[batch.pk]), {**wanted, "overlap": 0})
    assert refused.status_code == 422


def test_the_audit_sample_is_shown_day_by_day_and_its_rate_is_changed(
    cast: SimpleNamespace, lead: Client
) -> None:
    [review] = some(cast, 1)
    BatchItem.objects.create(batch=audit_batch(), review=review, inclusion_probability=0.02)
    assert "not finished" in lead.get(reverse("batches")).content.decode()
    Client.post(lead, reverse("audit-rate"), {"rate": "7.5"})
    rate = AuditRate.objects.get(from_day__gt=timezone.localdate())
    assert rate.rate == 0.075
    assert "it is 7.5%" in lead.get(reverse("batches")).content.decode()
    lead.post(reverse("audit-rate"), {"rate": "700"})
    rate.refresh_from_db()
    assert rate.rate == 0.075
    shown = lead.get(reverse("batch", args=[audit_batch().pk])).content.decode()
    assert "Close the batch" not in shown


def test_gold_is_set_on_a_page_of_the_review(
    cast: SimpleNamespace, lead: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    [review] = some(cast, 1)
    assert (
        reverse("gold", args=[review.pk])
        in lead.get(reverse("review", args=[review.pk])).content.decode()
    )
    ann = signed_in(cast.ann).get(reverse("review", args=[review.pk])).content.decode()
    assert "gold" not in ann, "who labels does not learn of it"

    def redact(texts: list[str]) -> list[Any]:
        return [SimpleNamespace(text=text.replace("Eve", "[NAME_1]")) for text in texts]

    monkeypatch.setattr(text_service, "redact", redact)
    url = reverse("gold", args=[review.pk])
    assert lead.post(url, {"note": "?"}).status_code == 422
    lead.post(url, {"sentiment": "negative", "note": "Eve says so"})
    kept = GoldAnswer.objects.get()
    assert (kept.choice.key, kept.note, kept.set_by) == (
        "negative", "[NAME_1] says so", cast.max,
    )  # fmt: skip
    assert "No longer gold" in lead.get(url).content.decode()
    lead.post(url, {"action": "remove"})
    assert not GoldAnswer.objects.exists()
    audited = {"batch": audit_batch(), "review": review, "inclusion_probability": 0.5}
    BatchItem.objects.create(**audited)
    refused = lead.post(url, {"sentiment": "negative"})
    assert "in the audit sample" in refused.content.decode()


def test_a_batch_whose_labels_came_with_a_file_does_not_look_undone(
    cast: SimpleNamespace, lead: Client
) -> None:
    given = Batch.objects.create(name="from a file", design="given")
    BatchItem.objects.create(batch=given, review=some(cast, 1)[0])
    url = reverse("batch", args=[given.pk])
    found = lead.get(url).content.decode()
    assert "labels came with a file" in found
    assert "0 of 1 review" not in found
    assert "v-primary" not in found, "nothing presses a lead to have it labelled again"
    assert "已关闭" in lead.get(url, HTTP_ACCEPT_LANGUAGE="zh-hans").content.decode()
