"""What comes from Label Studio, without a server: how it is read and settled."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
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
    Mention,
)
from annotation.prelabels import Prelabel
from annotation.selectors.assignments import batches_open
from annotation.services.label_studio import connecting
from annotation.services.label_studio.accounts import people_refresh
from annotation.services.label_studio.applying import task_gone
from annotation.services.label_studio.pushing import CannotPush, project_start, questions_of
from annotation.services.label_studio.settling import item_settle
from tests.analytics import factories
from tests.annotation.label_studio_task import (
    GOOD,
    NOBODY,
    TEXT,
    annotation,
    labels,
    problems,
    result,
    shown,
)

__all__ = ["shown"]

pytestmark = pytest.mark.django_db


def test_words_are_found_by_code_points_or_by_utf_16_and_never_guessed() -> None:
    assert code_points(TEXT, 6, 8, "希望") == (6, 8)
    assert code_points(TEXT, 7, 9, "希望") == (6, 8)
    assert code_points(TEXT, 8, 10, "希望") is None
    assert code_points(TEXT, 3, 5, "幕😀") is None
    assert code_points(TEXT, 2, 99, "😀") is None
    assert code_points(TEXT, 3, 4, "") == (3, 4)
    assert code_points(TEXT, 3, 44, None) is None
    where: Any = "6"
    assert code_points(TEXT, where, 8, "希望") is None


@pytest.mark.parametrize(
    "strange",
    [
        None,
        "text",
        [{"from_name": "sentiment"}],
        [{"from_name": "sentiment", "value": {"choices": "positive"}}],
        [{"from_name": "stars", "type": "rating", "value": {"rating": 3}}],
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
        ("http://100.100.100.200", "forbidden_address"),
        ("http://[64:ff9b::7f00:1]", "private_address"),
        ("http://[64:ff9b::a9fe:a9fe]", "forbidden_address"),
        ("http://[::7f00:1]", "private_address"),
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
    assert resolved("http://127.0.0.1:80", private=True) == ["127.0.0.1"]
    for address in ("169.254.169.254", "100.100.100.200", "[::ffff:169.254.169.254]"):
        with pytest.raises(BadAddress):
            resolved(f"http://{address}", private=True)


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
    assert connecting.check_secret(server) != connecting.model_secret(server)
