"""What comes from Label Studio, without a server: how it is read, settled, and who may see it."""

from __future__ import annotations

import base64
import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from annotation.label_studio.addresses import resolved
from annotation.label_studio.configuration import configuration
from annotation.label_studio.errors import BadAddress
from annotation.label_studio.results import code_points, prediction, read
from annotation.models import (
    Annotation,
    Assignment,
    Batch,
    BatchItem,
    LabelStudioAnswer,
    LabelStudioProject,
    LabelStudioServer,
    LabelStudioTask,
    LabelStudioWakeup,
    Mention,
)
from annotation.prelabels import Prelabel
from annotation.selectors.assignments import batches_open
from annotation.services.label_studio import connecting
from annotation.services.label_studio.accounts import people_refresh, person_of
from annotation.services.label_studio.applying import task_apply, task_gone
from annotation.services.label_studio.pushing import CannotPush, project_start, questions_of
from annotation.services.label_studio.settling import item_settle
from annotation.services.questions import questions_seed
from common import text_service
from common.models import Job
from tests import shop
from tests.analytics import factories
from tests.annotation.test_label_pages import signed_in

pytestmark = pytest.mark.django_db

TEXT = "屏幕😀很好，希望加无线充电"
GOOD = {"sentiment": "positive", "purchase_intent": "none"}
ANN, NOBODY = 11, 12


def result(mentions: Any = (), **answers: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"from_name": key, "to_name": "text", "type": "choices", "value": {"choices": [choice]}}
        for key, choice in answers.items()
    ]
    for at, (start, end, kind) in enumerate(mentions):
        value = {"start": start, "end": end, "labels": [kind], "text": TEXT[start:end]}
        one = {"id": f"r{at}", "from_name": "mentions", "to_name": "text", "type": "labels"}
        found.append(one | {"value": value})
    return found


def annotation(pk: int, at: int = 0, by: int = ANN, **more: Any) -> dict[str, Any]:
    """As a list of tasks shows it; `at` minutes after ten."""
    return {
        "id": pk,
        "completed_by": by,
        "updated_by": by,
        "created_at": "2026-11-23T10:00:00.000001Z",
        "updated_at": f"2026-11-23T10:{at:02d}:00.000001Z",
        "was_cancelled": False,
        "lead_time": 4.0,
        "result": result(**GOOD),
        **more,
    }


@pytest.fixture
def shown(cast: SimpleNamespace) -> SimpleNamespace:
    """A task at a server, whose accounts are ann's and somebody's."""
    questions_seed()
    cast.ann.email = "Ann@Example.com"
    cast.ann.save()
    review = factories.review(cast.lanting)
    shop.write(review, TEXT)
    batch = Batch.objects.create(name="may", design="uniform", state="open", overlap=2)
    item = BatchItem.objects.create(batch=batch, review=review, wanted_answers=2)
    server = LabelStudioServer.objects.create(
        name="labels", url="https://labels.example.com", our_url="https://us.example.com"
    )
    server.stores.set([cast.lanting])
    project = LabelStudioProject.objects.create(
        server=server, batch=batch, remote_id=3, state="open", configuration_hash="0"
    )
    task = LabelStudioTask.objects.create(
        project=project, item=item, review_number=review.pk, remote_id=7, state="sent",
        revision=review.revisions.get(),
    )  # fmt: skip
    emails = [{"id": ANN, "email": "ann@example.com"}, {"id": NOBODY, "email": "new@example.com"}]
    listed = SimpleNamespace(users=lambda: emails)
    people_refresh(server=server, client=listed)  # type: ignore[arg-type]

    def see(*annotations: dict[str, Any], text: str = TEXT, number: int = 7) -> None:
        seen = {
            "id": number,
            "data": {"text": text, "verbatim_item": str(task.key)},
            "updated_at": "2026-11-23T11:00:00.000001Z",
            "annotations": list(annotations),
        }
        task_apply(
            task_id=task.pk,
            seen=seen,
            person=lambda remote: person_of(server, remote),
            redact=lambda words: words.replace("13812345678", "[PHONE_1]"),
            account="bot@example.com",
        )
        item_settle(item_id=item.pk)

    return SimpleNamespace(
        see=see, item=item, task=task, server=server, project=project, batch=batch, review=review,
        listed=listed,
    )  # fmt: skip


def labels(person: User) -> dict[str, str]:
    return dict(
        Annotation.objects.filter(annotator=person).values_list("question__key", "choice__key")
    )


def problems() -> list[str]:
    living = LabelStudioAnswer.objects.exclude(state="deleted")
    return sorted(living.exclude(problem="").values_list("problem", flat=True))


def test_words_are_found_by_code_points_or_by_utf_16_and_never_guessed() -> None:
    assert code_points(TEXT, 6, 8, "希望") == (6, 8)
    assert code_points(TEXT, 7, 9, "希望") == (6, 8)
    assert code_points(TEXT, 8, 10, "希望") is None
    assert code_points(TEXT, 3, 5, "幕😀") is None
    assert code_points(TEXT, 2, 99, "😀") is None
    assert code_points(TEXT, 3, 4, "") == (3, 4)
    assert code_points(TEXT, 3, 44, None) is None


@pytest.mark.parametrize(
    "strange",
    [
        None,
        "text",
        [{"from_name": "sentiment"}],
        [{"from_name": "sentiment", "value": {"choices": []}}],
        [{"from_name": "mentions", "value": {"start": "x", "end": 2, "labels": ["add"]}}],
        [7],
    ],
)
def test_a_strange_annotation_is_said_to_be_unreadable(strange: Any) -> None:
    assert read(strange, TEXT).wrong == ["unreadable"]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://127.0.0.1:8080", "private_address"),
        ("http://[::1]:8080", "private_address"),
        ("http://[::ffff:10.0.0.1]", "private_address"),
        ("http://2130706433", "private_address"),
        ("http://169.254.169.254/latest", "forbidden_address"),
        ("http://0.0.0.0", "forbidden_address"),
        ("ftp://labels.example.com", "bad_address"),
        ("https://user:word@labels.example.com", "bad_address"),
        ("https://labels.example.com/?a=b", "bad_address"),
        ("https://labels.example.com:99999", "bad_address"),
    ],
)
def test_an_address_that_leads_into_our_own_network_is_refused(url: str, code: str) -> None:
    with pytest.raises(BadAddress) as refused:
        resolved(url, private=False)
    assert refused.value.code == code


def test_no_setting_opens_the_way_to_the_machine_s_credentials() -> None:
    assert resolved("http://127.0.0.1:80", private=True) == "127.0.0.1"
    with pytest.raises(BadAddress):
        resolved("http://169.254.169.254", private=True)


def test_the_configuration_has_our_keys_and_both_languages(shown: SimpleNamespace) -> None:
    told = configuration(questions_of(shown.batch))
    for name in ("sentiment", "purchase_intent", "product_demand", "mentions", "scope", "flags"):
        assert f'name="{name}"' in told
    assert '<Choice value="will_not" html="will not buy · 不会买"/>' in told
    assert 'granularity="symbol"' in told


def test_a_prediction_says_nothing_that_the_project_does_not_ask(shown: SimpleNamespace) -> None:
    known = Prelabel(
        "small-1",
        {"sentiment": ("positive", 0.9), "mood": ("good", 0.3)},
        [
            {"start": 6, "end": 8, "kind": "add", "scope": "price", "score": 0.5},
            {"start": 6, "end": 900, "kind": "add", "scope": "price", "score": 0.5},
        ],
    )
    made = prediction(known, TEXT, ["sentiment", "mentions", "scope"])
    assert made is not None
    assert made["score"] == 0.9
    assert [one["from_name"] for one in made["result"]] == ["sentiment", "mentions", "scope"]
    assert made["result"][1]["value"]["text"] == "希望"
    assert prediction(known, TEXT, []) is None


def test_an_answer_its_edit_and_its_end(shown: SimpleNamespace, cast: SimpleNamespace) -> None:
    first = result([(6, 13, "add"), (0, 2, "praise")], **GOOD, product_demand="none")
    shown.see(annotation(1, result=first))
    assert labels(cast.ann) == {**GOOD, "product_demand": "add"}
    assert list(Mention.objects.order_by("start").values_list("start", "end", "scope")) == [
        (0, 2, "product"),
        (6, 13, "product"),
    ]
    [assignment] = Assignment.objects.all()
    assert (assignment.state, assignment.seconds_spent) == ("answered", 4.0)
    shown.see(annotation(1, 1, result=result(sentiment="negative", purchase_intent="none")))
    assert labels(cast.ann)["sentiment"] == "negative"
    assert not Mention.objects.exists()
    shown.see(annotation(1, 2, was_cancelled=True))
    assert labels(cast.ann) == {}
    assert Assignment.objects.get().state == "skipped"
    shown.see()
    assert not Assignment.objects.exists()
    assert LabelStudioAnswer.objects.get().state == "deleted"


def test_what_is_older_than_what_is_known_changes_nothing(
    shown: SimpleNamespace, cast: SimpleNamespace
) -> None:
    shown.see(annotation(1, 5))
    shown.see(annotation(1, 4, result=result(sentiment="negative", purchase_intent="none")))
    assert labels(cast.ann)["sentiment"] == "positive"


def test_a_number_that_is_given_again_is_another_answer(
    shown: SimpleNamespace, cast: SimpleNamespace
) -> None:
    shown.see(annotation(1))
    later = {"created_at": "2026-11-23T12:00:00.000001Z", "updated_at": "2026-11-23T12:00:01.1Z"}
    other = result(sentiment="neutral", purchase_intent="want")
    shown.see(annotation(1, result=other, **later))
    assert labels(cast.ann)["sentiment"] == "neutral"
    assert sorted(LabelStudioAnswer.objects.values_list("state", flat=True)) == [
        "answered",
        "deleted",
    ]


def test_an_answer_of_nobody_waits_for_its_person(
    shown: SimpleNamespace, cast: SimpleNamespace
) -> None:
    shown.see(annotation(1, by=NOBODY))
    assert (problems(), Annotation.objects.count()) == (["unknown_person"], 0)
    eve = User.objects.create_user(username="eve", email="NEW@example.com")
    assert len(people_refresh(server=shown.server, client=shown.listed)) == 1
    item_settle(item_id=shown.item.pk)
    assert problems() == ["may_not_label"]
    eve.roles = [Role.ANNOTATOR]
    eve.save()
    eve.stores.set([cast.lanting])
    item_settle(item_id=shown.item.pk)
    assert problems() == []
    assert labels(eve)["sentiment"] == "positive"


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (result(sentiment="happy", purchase_intent="none"), "unknown_label"),
        (result(**GOOD, mood="good"), "unknown_label"),
        (result([(6, 8, "blame")], **GOOD), "unknown_label"),
        (result(sentiment="positive"), "unanswered"),
        (
            [
                *result(**GOOD),
                {
                    "from_name": "mentions",
                    "value": {"start": 1, "end": 3, "text": "希望", "labels": ["add"]},
                },
            ],
            "bad_offsets",
        ),
    ],
)
def test_what_cannot_be_taken_is_kept_whole_and_comes_in_when_it_is_put_right(
    shown: SimpleNamespace, cast: SimpleNamespace, said: Any, problem: str
) -> None:
    shown.see(annotation(1))
    shown.see(annotation(1, 1, result=said))
    assert (problems(), labels(cast.ann)) == ([problem], {})
    shown.see(annotation(1, 2))
    assert (problems(), labels(cast.ann)["sentiment"]) == ([], "positive")


def test_of_two_answers_of_one_person_the_newer_counts(
    shown: SimpleNamespace, cast: SimpleNamespace
) -> None:
    older, newer = (
        annotation(1),
        annotation(2, 3, result=result(sentiment="negative", purchase_intent="none")),
    )
    shown.see(older, newer)
    assert (labels(cast.ann)["sentiment"], problems()) == ("negative", ["newer"])
    shown.see(older)
    assert (labels(cast.ann)["sentiment"], problems()) == ("positive", [])


def test_an_answer_given_here_stays(shown: SimpleNamespace, cast: SimpleNamespace) -> None:
    now = timezone.now()
    Assignment.objects.create(
        item=shown.item, annotator=cast.ann, state="skipped", skip_reason="spam", taken_at=now,
        taken_until=now, ended_at=now,
    )  # fmt: skip
    shown.see(annotation(1))
    shown.see()
    assert Assignment.objects.get().skip_reason == "spam"
    assert not Annotation.objects.exists()


def test_a_comment_comes_in_redacted_and_no_word_of_the_text_is_kept_twice(
    shown: SimpleNamespace,
) -> None:
    words = ["ask 13812345678\x00\ud83d"]
    comment = {"from_name": "comment", "type": "textarea", "value": {"text": words}}
    shown.see(annotation(1, result=[*result([(6, 13, "add")], **GOOD), comment]))
    assert set(Annotation.objects.values_list("comment", flat=True)) == {"ask [PHONE_1]?"}
    kept = json.dumps(LabelStudioAnswer.objects.get().said, ensure_ascii=False)
    assert "无线" not in kept
    assert "138" not in kept


def test_an_answer_about_a_text_that_the_shopper_replaced_does_not_count(
    shown: SimpleNamespace, cast: SimpleNamespace
) -> None:
    shown.see(annotation(1))
    factories.revise(shown.review, "another text")
    shown.see(annotation(1, 1), annotation(2, 1, by=NOBODY))
    assert labels(cast.ann)["sentiment"] == "positive"
    eve = User.objects.create_user(username="eve", email="new@example.com", roles=[Role.ANNOTATOR])
    eve.stores.set([cast.lanting])
    people_refresh(server=shown.server, client=shown.listed)
    item_settle(item_id=shown.item.pk)
    assert problems() == ["text_changed"]


def test_a_task_that_is_deleted_there_takes_its_answers_back(
    shown: SimpleNamespace, cast: SimpleNamespace
) -> None:
    shown.see(annotation(1))
    task_gone(task_id=shown.task.pk)
    item_settle(item_id=shown.item.pk)
    assert (labels(cast.ann), Assignment.objects.count()) == ({}, 0)


def test_a_batch_that_is_there_is_not_handed_out_here(
    shown: SimpleNamespace, cast: SimpleNamespace
) -> None:
    assert shown.batch not in batches_open(cast.ann)
    LabelStudioProject.objects.update(state="gone")
    assert shown.batch in batches_open(cast.ann)


def test_reviews_of_other_stores_are_never_sent(
    shown: SimpleNamespace, cast: SimpleNamespace
) -> None:
    batch = Batch.objects.create(name="both", design="uniform", state="open")
    for store in (cast.lanting, cast.northway):
        BatchItem.objects.create(batch=batch, review=factories.review(store))
    for stores in ([cast.lanting], [cast.lanting, cast.northway]):
        with pytest.raises(CannotPush) as refused:
            project_start(actor=cast.max, server=shown.server, batch=batch, stores=stores)
        assert refused.value.code == "foreign_stores"


def test_the_token_is_kept_sealed(cast: SimpleNamespace, settings: Any) -> None:
    settings.VERBATIM_LABEL_STUDIO_PRIVATE = True
    given = {"name": "a", "url": "http://127.0.0.1:1", "our_url": "http://us", "stores": []}
    server = connecting.server_connect(actor=cast.max, token="very-secret-token", **given)
    assert b"very-secret" not in bytes(server.sealed_token or b"")
    with connecting.client_for(LabelStudioServer.objects.get()) as client:
        assert client._token == "very-secret-token"
    assert connecting.hook_secret(server) != connecting.model_secret(server)


def _hook(shown: SimpleNamespace, secret: str, key: object = None) -> int:
    url = reverse("label-studio-hook", args=[shown.server.pk, key or shown.project.key])
    headers = {connecting.HOOK_HEADER: secret}
    return Client().post(url, b"{not json", "application/json", headers=headers).status_code


def test_a_webhook_is_a_wake_up_for_whoever_knows_the_secret(shown: SimpleNamespace) -> None:
    right = connecting.hook_secret(shown.server)
    assert _hook(shown, "wrong") == 401
    assert _hook(shown, "") == 401
    assert not LabelStudioWakeup.objects.exists()
    assert [_hook(shown, right) for _ in range(2)] == [204, 204]
    assert LabelStudioWakeup.objects.count() == 2
    assert _hook(shown, right, "00000000-0000-4000-8000-000000000000") == 410


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
