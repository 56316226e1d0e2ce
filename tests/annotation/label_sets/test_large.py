"""A change with much to carry over is made by a worker; forms and numbers of its page."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from annotation.models import Annotation, Guideline, LabelSetChange, Question
from annotation.selectors.label_set_preview import preview, question_active
from annotation.services import label_set_request
from annotation.services.audit import audit_batch
from annotation.services.guidelines import guideline_seed
from annotation.services.label_set_request import change_request
from common.jobs import JobContext, JobFailed, kind_of
from common.models import Job
from common.services import job_claim
from tests.annotation.label_sets.world import MERGE, SPLIT, label

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(cast: SimpleNamespace, client: Client) -> Client:
    client.force_login(cast.max)
    return client


def run(job: Job) -> dict[str, Any]:
    taken = job_claim(job_id=job.pk, owner="test")
    assert taken is not None
    return kind_of(job.kind).handler(JobContext(taken))


def test_a_large_change_is_handed_to_a_worker(
    cast: SimpleNamespace, lead: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    label(cast, 10)
    monkeypatch.setattr(label_set_request, "AT_ONCE", 29)  # 20 answers by people, 10 by models
    seen = preview(question_active("purchase_intent"), [MERGE])
    sent = {"action": "apply", "agreed": "yes", "fingerprint": seen["fingerprint"], "note": "why"}
    address = reverse("label-set-change", args=["purchase_intent"])
    answer = lead.post(address, sent | {"changes": _json([MERGE])})
    job = Job.objects.get()
    assert answer["Location"] == reverse("job", args=[job.pk])
    assert not LabelSetChange.objects.exists()
    assert run(job) == {"carried": 20, "relabel": 0}
    made = LabelSetChange.objects.get()
    assert (made.note, made.made_by) == ("why", cast.max)
    # Its worker was killed before it could say so: the same change is not made twice.
    Job.objects.update(state=Job.State.QUEUED, lease_until=None)
    assert run(job) == {"carried": 20, "relabel": 0}
    assert LabelSetChange.objects.count() == 1


def test_a_worker_says_why_it_did_not_make_a_change(cast: SimpleNamespace, lead: Client) -> None:
    label(cast, 4)
    job = change_request(
        actor=cast.max, question="purchase_intent", changes=[MERGE], note="", expect="a.b",
        or_more=True,
    )  # fmt: skip
    with pytest.raises(JobFailed, match="numbers have changed") as refused:
        run(job)
    Job.objects.update(state=Job.State.FAILED, error=str(refused.value))
    lead.cookies["django_language"] = "zh-hans"
    assert "数字又变了" in lead.get(reverse("job", args=[job.pk])).content.decode()
    assert Question.objects.filter(key="purchase_intent").count() == 1


def test_what_was_typed_into_a_refused_form_is_still_there(
    cast: SimpleNamespace, lead: Client
) -> None:
    sent = {
        "action": "add", "op": "split", "choice": "negative", "people": "2", "changes": "",
        "key_1": "let_down", "name_en_1": "let down", "name_zh_1": "失望", "polarity_1": "-1",
        "key_2": "Angry!", "name_en_2": "angry", "name_zh_2": "愤怒", "polarity_2": "-1",
    }  # fmt: skip
    answer = lead.post(reverse("label-set-change", args=["sentiment"]), sent)
    page = answer.content.decode()
    assert answer.status_code == 400
    for name in ("key_1", "name_zh_1", "key_2"):
        assert f'name="{name}" value="{sent[name]}"' in page
    assert '<option value="negative" selected>' in page
    assert '<option value="2" selected>' in page


def test_answers_of_the_audit_sample_that_have_to_be_given_anew_are_told(
    cast: SimpleNamespace, lead: Client
) -> None:
    label(cast, 5, people=1)
    answer = Annotation.objects.get(choice__key="negative")
    answer.item = audit_batch().items.create(review=answer.revision.review)
    answer.save()
    sent = {"action": "look", "changes": _json([SPLIT])}
    page = lead.post(reverse("label-set-change", args=["sentiment"]), sent).content.decode()
    assert "1 answer of it has to be given anew" in page


def test_the_guideline_page_counts_answers_by_version_and_those_of_which_it_is_not_known(
    cast: SimpleNamespace, lead: Client
) -> None:
    guideline_seed()
    label(cast, 3, people=1)  # six answers
    known = Guideline.objects.get().version
    Annotation.objects.filter(question__key="sentiment").update(guideline_version=0)
    rows = lead.get(reverse("guideline")).content.decode().split("<tr>")
    assert any(f'"v-number">{known}</td>' in row and '"v-number">3</td>' in row for row in rows)
    assert any("not known" in row and '"v-number">3</td>' in row for row in rows)


def _json(changes: list[Any]) -> str:
    return json.dumps(changes)
