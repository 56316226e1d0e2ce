"""The limit of requests holds exactly, over processes, and says how long to wait."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from accounts.api import throttles
from accounts.models import RateCount
from accounts.services import apikey_create
from common.home import CHECKOUT

_ERA = 1_000_000_000  # seconds: no window ends during a test before 2033

_COUNT = f"""
import sys
from concurrent.futures import ThreadPoolExecutor
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from accounts.services import rate_count

def ask(at):
    return not rate_count(principal="key:1", quota=100, seconds={_ERA}).exceeded

with ThreadPoolExecutor(4) as pool:
    print(sum(pool.map(ask, range(120))))
"""


@pytest.mark.django_db(transaction=True)
def test_two_processes_together_are_let_through_exactly_as_often_as_allowed() -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _COUNT, connection.settings_dict["NAME"]],
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    allowed = [int(process.communicate(timeout=60)[0]) for process in processes]
    assert sum(allowed) == 100
    assert RateCount.objects.get().requests == 240


@pytest.fixture
def client(cast: SimpleNamespace, settings: Any, monkeypatch: pytest.MonkeyPatch) -> APIClient:
    monkeypatch.setattr(throttles, "_SECONDS", _ERA)
    settings.VERBATIM_API_RATE = 2
    return _client(cast)


def _client(cast: SimpleNamespace) -> APIClient:
    _, token = apikey_create(actor=None, name="x", scopes=["reviews:read"], stores=[cast.lanting])
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def test_the_headers_count_down_and_then_the_answer_is_429(
    client: APIClient, cast: SimpleNamespace
) -> None:
    answers = [client.get("/api/v1/reviews") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer["RateLimit"].split(";")[1] for answer in answers] == ["r=1", "r=0", "r=0"]
    assert answers[0]["RateLimit-Policy"] == f'"key";q=2;w={_ERA}'
    assert int(answers[2]["Retry-After"]) > 0
    assert answers[2].json()["type"] == "urn:verbatim:problem:too-many-requests"
    # Another key has a count of its own.
    assert _client(cast).get("/api/v1/reviews").status_code == 200


def test_a_new_window_starts_from_one(client: APIClient) -> None:
    for _ in range(3):
        client.get("/api/v1/reviews")
    RateCount.objects.update(started=0)
    assert client.get("/api/v1/reviews").status_code == 200
    assert RateCount.objects.get().requests == 1
