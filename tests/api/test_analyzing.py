"""POST /analyze: answers about texts that are not stored."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from modelops.models import ModelVersion
from reviews.models import Review, TextRevision
from tests.api.conftest import Client

PHONE = "13812345678"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "texts"),
        ({"text": "x", "texts": ["y"]}, "texts"),
        ({"texts": []}, "texts"),
        ({"texts": ["x"] * 201}, "texts"),
        ({"texts": ["x", 5]}, "texts[1]"),
        ({"text": "x" * 20_001}, "text"),
        ({"text": "x", "questions": ["joy"]}, "questions"),
        ({"text": "x", "lang": "en"}, "lang"),
    ],
)
def test_a_request_that_cannot_be_answered_says_which_field(
    api: Client, cast: SimpleNamespace, body: Any, field: str
) -> None:
    answer = api("analyze", stores=[cast.lanting]).post("/api/v1/analyze", body, format="json")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


def test_without_the_text_service_or_a_champion_the_answer_is_to_try_later(
    api: Client, cast: SimpleNamespace, no_text_service: None, service_socket: Any, settings: Any
) -> None:
    client = api("analyze", stores=[cast.lanting])
    absent = client.post("/api/v1/analyze", {"text": PHONE}, format="json")
    settings.VERBATIM_TEXT_SERVICE = str(service_socket)
    without = client.post("/api/v1/analyze", {"text": PHONE}, format="json")
    for answer in (absent, without):
        assert answer.status_code == 503
        assert int(answer["Retry-After"]) > 0
        assert PHONE not in answer.content.decode()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_champion_answers_about_redacted_texts_and_nothing_is_stored(
    api: Client,
    cast: SimpleNamespace,
    text_service: None,
    register: Callable[..., ModelVersion],
) -> None:
    model = register(state="champion")
    client = api("analyze", stores=[cast.lanting])
    texts = [f"很好喜欢 {PHONE}", "awful junk has handle"]
    for _ in range(200):
        answer = client.post("/api/v1/analyze", {"texts": texts}, format="json")
        if answer.status_code == 200:
            break
        time.sleep(0.1)
    found = answer.json()
    assert found["model"] == model.label
    assert [one["language"] for one in found["results"]] == ["zh", "en"]
    assert found["results"][0]["text"] == "很好喜欢 [PHONE_1]"
    assert found["results"][0]["spans"] == [{"start": 5, "end": 16, "type": "PHONE"}]
    assert found["results"][0]["answers"]["sentiment"]["label"] == "positive"
    one = client.post(
        "/api/v1/analyze", {"text": texts[1], "questions": ["sentiment"]}, format="json"
    )
    assert list(one.json()["results"][0]["answers"]) == ["sentiment"]
    # An active question that this model was not trained on.
    other = client.post(
        "/api/v1/analyze", {"text": "x", "questions": ["purchase_intent"]}, format="json"
    )
    assert other.status_code == 422
    assert not Review.objects.exists()
    assert not TextRevision.objects.exists()
