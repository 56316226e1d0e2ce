"""The doorways of Label Studio: its webhooks, its model connector, and our pages about it."""

from __future__ import annotations

import base64
import json
import threading
import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotation import label_studio_tasks
from annotation.label_studio.configuration import configuration
from annotation.label_studio_wording import TROUBLES
from annotation.models import (
    Annotation,
    Batch,
    BatchItem,
    LabelStudioProject,
    LabelStudioServer,
    LabelStudioWakeup,
)
from annotation.services.label_studio import connecting
from annotation.services.label_studio.pushing import questions_of
from annotation.views import label_studio_hook
from common import text_service
from common.models import Job
from common.services import job_claim, job_finish
from modelops.api import label_studio as ml
from privacy.models import AuditEntry
from tests.analytics import factories
from tests.annotation.label_studio_task import NOBODY, TEXT, annotation, labels, shown
from tests.annotation.test_label_pages import signed_in

__all__ = ["shown"]

pytestmark = pytest.mark.django_db


def _hook(shown: SimpleNamespace, secret: str, key: object = None) -> int:
    url = reverse("label-studio-hook", args=[shown.server.pk, key or shown.project.key])
    headers = {connecting.HOOK_HEADER: secret}
    return Client().post(url, b"{not json", "application/json", headers=headers).status_code


def test_a_webhook_is_a_wake_up_for_whoever_knows_the_secret(shown: SimpleNamespace) -> None:
    right = connecting.hook_secret(shown.project.key)
    assert _hook(shown, "wrong") == 401
    assert _hook(shown, "") == 401
    assert not LabelStudioWakeup.objects.exists()
    assert [_hook(shown, right) for _ in range(2)] == [204, 204]
    assert LabelStudioWakeup.objects.count() == 2
    gone = UUID("00000000-0000-4000-8000-000000000000")
    assert _hook(shown, right, gone) == 401
    assert _hook(shown, connecting.hook_secret(gone), gone) == 410


def test_a_webhook_costs_one_row_and_waits_for_no_broker(
    shown: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    told, broker_is_back = [], threading.Event()

    def send(project_id: int) -> None:
        if not broker_is_back.wait(60):
            raise AssertionError("the webhook waited for the broker")
        told.append(project_id)
        if len(told) == 1:
            raise OSError("lost once more")

    waker = label_studio_tasks.Waker(send)
    monkeypatch.setattr(label_studio_hook, "waker", waker)
    right = connecting.hook_secret(shown.project.key)
    with django_assert_num_queries(1):
        assert _hook(shown, right) == 204
    assert [_hook(shown, right) for _ in range(3)] == [204] * 3
    assert told == []
    broker_is_back.set()
    until = time.monotonic() + 30
    while len(told) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    # Four webhooks of one project: the one that hung, and one for those that came meanwhile.
    assert told == [shown.project.pk] * 2
    assert _hook(shown, right) == 204


def test_a_fault_at_one_server_keeps_no_other_from_being_asked_and_is_not_passed_over(
    shown: SimpleNamespace, monkeypatch: Any
) -> None:
    other = LabelStudioServer.objects.create(name="other", url="http://127.0.0.1:9")
    asked: list[int] = []

    def pull(server: LabelStudioServer, whole: bool) -> None:
        asked.append(server.pk)
        if server == shown.server:
            raise ZeroDivisionError

    monkeypatch.setattr(label_studio_tasks, "server_pull", pull)
    with pytest.raises(ZeroDivisionError):
        label_studio_tasks.pull()
    assert sorted(asked) == sorted([shown.server.pk, other.pk])


def test_a_wake_up_that_was_lost_is_sent_again(
    shown: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []
    monkeypatch.setattr(
        label_studio_tasks, "wake_send", lambda project, countdown: sent.append(project)
    )
    monkeypatch.setattr(label_studio_hook, "waker", SimpleNamespace(wake=lambda project: None))
    for _ in range(2):
        _hook(shown, connecting.hook_secret(shown.project.key))
    label_studio_tasks.sweep()
    assert sent == []  # a worker may be at it
    LabelStudioWakeup.objects.update(received_at=timezone.now() - timedelta(seconds=30))
    label_studio_tasks.sweep()
    assert sent == [shown.project.pk]
    LabelStudioServer.objects.update(trouble="not_reachable")
    label_studio_tasks.sweep()
    assert sent == [shown.project.pk]


def _ml(shown: SimpleNamespace, name: str, body: Any = None, password: str = "") -> Any:
    word = password or connecting.model_secret(shown.server)
    credentials = base64.b64encode(f"verbatim:{word}".encode()).decode()
    url = reverse(f"label-studio-ml-{name}", args=[shown.server.pk])
    headers = {"Authorization": f"Basic {credentials}"}
    if body is None:
        return Client().get(url, headers=headers)
    return Client().post(url, json.dumps(body), "application/json", headers=headers)


def test_the_model_answers_in_order_and_never_for_those_who_label_unaided(
    shown: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def analyze(texts: list[str], questions: Any = None) -> dict[str, Any]:
        answer = {"label": "positive", "probabilities": {"positive": 0.7}}
        said = [{"text": text, "answers": {"sentiment": answer}, "mentions": []} for text in texts]
        return {"model": "small-1", "results": said}

    monkeypatch.setattr(text_service, "analyze", analyze)
    assert _ml(shown, "health").json()["status"] == "UP"
    assert _ml(shown, "setup", {"access_token": "x"}).json() == {"model_version": "none"}
    assert _ml(shown, "versions").json() == {"versions": []}
    ours = {"data": {"text": TEXT, "verbatim_item": str(shown.task.key)}}
    body = {
        "tasks": [ours, {"data": {"text": "hello"}}, {"data": {"image": 1}}, None],
        "label_config": configuration(questions_of(shown.batch)),
    }
    found = _ml(shown, "predict", body).json()["results"]
    assert [len(one["result"]) for one in found] == [0, 1, 0, 0]
    Batch.objects.update(shows_answers=True)
    found = _ml(shown, "predict", body).json()["results"]
    assert [len(one["result"]) for one in found] == [1, 1, 0, 0]
    assert _ml(shown, "predict", {"tasks": "x"}).status_code == 422
    assert _ml(shown, "predict", body, password="wrong").status_code == 401
    # Tasks come with all that was ever answered, of which nothing is read.
    large = body | {"project": "x" * 17 * 1024**2}
    assert len(_ml(shown, "predict", large).json()["results"]) == 4
    monkeypatch.setattr(ml, "_LARGEST", 100_000)
    assert _ml(shown, "predict", body | {"project": "x" * 100_000}).status_code == 413
    assert (
        Client().get(reverse("label-studio-ml-health", args=[shown.server.pk])).status_code == 401
    )

    def down(*args: Any) -> Any:
        raise text_service.TextServiceUnavailable

    monkeypatch.setattr(text_service, "analyze", down)
    assert _ml(shown, "predict", body).status_code == 503


def test_a_training_is_asked_for_once(shown: SimpleNamespace) -> None:
    start = {"action": "START_TRAINING", "project": {"id": 3}}
    assert _ml(shown, "webhook", start).status_code == 422  # nothing is labelled yet
    shown.see(annotation(1))
    # Some reviews are put aside to measure by; of twenty there are some to learn from.
    [known] = Annotation.objects.filter(question__key="sentiment")
    for _ in range(20):
        revision = factories.review(shown.review.store).revisions.get()
        Annotation.objects.create(
            revision=revision, question=known.question, choice=known.choice,
            annotator=known.annotator, source="label_studio",
        )  # fmt: skip
    first = _ml(shown, "webhook", start).json()["job"]
    assert first
    assert _ml(shown, "webhook", start).json()["job"] == first
    assert _ml(shown, "webhook", {"action": "TASKS_CREATED"}).json() == {"job": None}


def test_leads_and_engineers_see_the_servers_of_their_stores(
    shown: SimpleNamespace, cast: SimpleNamespace
) -> None:
    shown.see(annotation(1, by=NOBODY))
    url = reverse("label-studio-server", args=[shown.server.pk])
    told = signed_in(cast.mia).get(url).content.decode()
    assert "Nobody here has the e-mail address new@example.com" in told
    assert signed_in(cast.ann).get(url).status_code == 403
    bob = signed_in(cast.bob)
    assert bob.get(url).status_code == 404
    assert "labels.example.com<" not in bob.get(reverse("label-studio")).content.decode()
    for name in ("change", "check", "pull", "push", "forget"):
        at = reverse(f"label-studio-{name}", args=[shown.server.pk])
        assert bob.post(at, {"batch": shown.batch.pk}).status_code == 404
    at = reverse("label-studio-project", args=[shown.server.pk, shown.project.pk, "withdraw"])
    assert bob.post(at).status_code == 404


def test_a_server_in_a_private_network_is_refused_in_words(cast: SimpleNamespace) -> None:
    answer = signed_in(cast.max).post(
        reverse("label-studio"),
        {
            "name": "a",
            "url": "http://127.0.0.1:8080",
            "token": "t",
            "our_url": "http://us",
            "stores": [cast.lanting.pk],
        },
    )
    assert answer.status_code == 422
    assert "VERBATIM_LABEL_STUDIO_PRIVATE=true" in answer.content.decode()
    assert not LabelStudioServer.objects.exists()


def test_a_batch_is_sent_by_a_button(shown: SimpleNamespace, cast: SimpleNamespace) -> None:
    batch = Batch.objects.create(name="june", design="uniform", state="open")
    BatchItem.objects.create(batch=batch, review=factories.review(cast.lanting))
    mia = signed_in(cast.mia)
    assert (
        "june" in mia.get(reverse("label-studio-server", args=[shown.server.pk])).content.decode()
    )
    at = reverse("label-studio-push", args=[shown.server.pk])
    assert mia.post(at, {"batch": batch.pk}).status_code == 302
    [job] = Job.objects.filter(kind="label_studio_push")
    project = LabelStudioProject.objects.get(batch=batch)
    assert (job.arguments["project"], project.state) == (project.pk, "sending")
    assert project.tasks.get().state == "waiting"
    assert mia.post(at, {"batch": "0"}).status_code == 404
    assert mia.post(at, {"batch": "x"}).status_code == 404


def test_the_page_tells_by_itself_how_a_job_goes_and_ends(
    shown: SimpleNamespace, cast: SimpleNamespace
) -> None:
    mia = signed_in(cast.mia)
    at = reverse("label-studio-server", args=[shown.server.pk])
    polls = 'hx-trigger="every 2s'
    assert polls not in mia.get(at).content.decode()
    assert mia.post(reverse("label-studio-check", args=[shown.server.pk])).status_code == 302
    [job] = Job.objects.all()
    told = mia.get(at, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in told
    assert polls in told
    assert reverse("job", args=[job.pk]) in told
    # Somebody else sees that it goes on, and no way into it.
    other = signed_in(cast.max).get(at).content.decode()
    assert polls in other
    assert reverse("job", args=[job.pk]) not in other
    job_finish(job=claimed(job), state=Job.State.FAILED, error=TROUBLES["not_reachable"])
    told = mia.get(at, headers={"HX-Request": "true"}).content.decode()
    assert polls not in told
    assert "Nothing answers at the address" in told
    Job.objects.update(finished_at=timezone.now() - timedelta(hours=1))
    assert "Nothing answers at the address" not in mia.get(at).content.decode()


def claimed(job: Job) -> Job:
    found = job_claim(job_id=job.pk, owner="test")
    assert found is not None
    return found


def test_what_somebody_else_changed_is_listed_with_who_did(
    shown: SimpleNamespace, cast: SimpleNamespace
) -> None:
    mia, at = signed_in(cast.mia), reverse("label-studio-server", args=[shown.server.pk])
    shown.see(annotation(1))
    assert "changed by somebody else" not in mia.get(at).content.decode()
    shown.see(annotation(1, 1, updated_by=NOBODY))
    told = mia.get(at).content.decode()
    assert "1 answer changed by somebody else" in told
    assert "<td>ann@example.com</td><td>new@example.com</td>" in told


def test_a_server_that_is_gone_for_good_can_be_forgotten(
    shown: SimpleNamespace, cast: SimpleNamespace
) -> None:
    mia = signed_in(cast.mia)
    shown.see(annotation(1))
    at = reverse("label-studio-forget", args=[shown.server.pk])
    for said in ({}, {"destroyed": "1"}):
        mia.post(at, said)
        assert LabelStudioServer.objects.exists()  # it answers: its texts can be taken back
    LabelStudioServer.objects.update(trouble="not_reachable", trouble_since=timezone.now())
    mia.post(at)
    assert LabelStudioServer.objects.exists()
    mia.post(at, {"destroyed": "1"})
    assert not LabelStudioServer.objects.exists()
    assert labels(cast.ann)["sentiment"] == "positive"
    [entry] = AuditEntry.objects.filter(action="label_studio.forget")
    assert entry.details == {"destroyed_tasks": 1}
