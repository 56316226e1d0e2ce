"""Every error is a problem document that says what to do and quotes no review."""

from __future__ import annotations

import json
import logging
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DataError
from rest_framework.test import APIClient

from accounts.models import Scope
from tests.api.conftest import Client

SECRET = "王小明 13812345678"


def _problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    found: dict[str, Any] = json.loads(answer.content)
    assert {"type", "title", "status", "detail", "instance"} <= set(found)
    assert found["status"] == status
    assert found["type"].startswith("urn:verbatim:problem:")
    return found


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/v1/reviews/", "/api/v2/reviews", "/api/"]
)
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_unknown_route_is_a_problem(db: None, path: str, method: str) -> None:
    found = _problem(getattr(APIClient(), method)(path), 404)
    assert found["instance"] == path


def test_without_a_key_the_header_is_explained(db: None) -> None:
    answer = APIClient().get("/api/v1/reviews")
    _problem(answer, 401)
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("products", {"products": [{"external_id": "1", "brnad": "x"}]}, "products[0].brnad"),
        ("products", {"products": [{"external_id": "1"}], "shop": "x"}, "shop"),
        ("analyze", {"text": "x", "question": ["sentiment"]}, "question"),
        ("privacy/purposes", {"legal_basis": "consent", "purpose": []}, "purpose"),
        (
            "privacy/requests",
            {"kind": "restrict", "identifiers": [{"kind": "shopper", "val": "u"}]},
            "identifiers[0].val",
        ),
        ("reviews", {"source": "s", "reviews": [{"id": "1"}], "shop": "x"}, "shop"),
        ("uploads", {"file_name": "a.csv", "size": 9, "source": "s", "md5": ""}, "md5"),
    ],
)
def test_a_slip_in_the_name_of_a_field_is_named(
    api: Client, cast: SimpleNamespace, path: str, body: dict[str, Any], field: str
) -> None:
    client = api(*Scope.values, stores=[cast.lanting])
    found = _problem(client.post(f"/api/v1/{path}", body, format="json"), 422)
    assert [(one["field"], one["reason"]) for one in found["errors"]] == [(field, "unknown_field")]


def test_each_kind_of_bad_request_is_a_problem(api: Client, cast: SimpleNamespace) -> None:
    client = api("reviews:write", "reviews:read", stores=[cast.lanting])
    path = "/api/v1/reviews"
    _problem(client.patch(path), 405)
    _problem(client.get(path, HTTP_ACCEPT="text/csv"), 406)
    _problem(client.post(path, "a,b", content_type="text/csv"), 415)
    for body in ("{", "[]", '{"a": NaN}', "[" * 100_000, "\udcff"):
        raw = body.encode("utf-8", "surrogateescape")
        _problem(client.post(path, raw, content_type="application/json"), 400)
    _problem(client.post(path, "", content_type="application/json"), 400)
    _problem(
        client.post(path, b"{}", content_type="application/json", CONTENT_LENGTH=str(10**9)), 413
    )
    _problem(client.get(path, {"limit": 0}), 422)
    _problem(client.get(path, {"cursor": "???"}), 422)
    _problem(client.get(path, {"cursor": "YWJj"}), 422)
    _problem(client.get(path, {"nonsense": 1}), 422)
    _problem(client.get("/api/v1/reviews/99999999999999999999"), 404)


def test_a_chunked_body_is_not_taken_for_an_empty_one(api: Client, cast: SimpleNamespace) -> None:
    client = api("reviews:write", stores=[cast.lanting])
    answer = client.generic(
        "POST",
        "/api/v1/reviews",
        b"",
        content_type="application/json",
        HTTP_TRANSFER_ENCODING="chunked",
    )
    _problem(answer, 411)


def test_an_unexpected_error_shows_and_logs_no_text(
    api: Client,
    cast: SimpleNamespace,
    text_service: None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(**kwargs: object) -> None:
        raise DataError(f"Failing row contains ({SECRET})")

    monkeypatch.setattr("reviews.services.receiving.rows_store", fail)
    logging.getLogger("verbatim").propagate = True
    body = {"source": "s", "reviews": [{"id": "a", "text": SECRET}]}
    answer = api("reviews:write", stores=[cast.lanting]).post(
        "/api/v1/reviews", body, format="json"
    )
    found = _problem(answer, 500)
    assert found["type"] == "urn:verbatim:problem:internal"
    assert SECRET not in answer.content.decode()
    assert "Traceback" not in answer.content.decode()
    assert "DataError" in caplog.text
    assert SECRET not in caplog.text


def test_a_bad_host_is_a_problem_too(db: None, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["example.com"]
    _problem(APIClient().get("/api/v1/", HTTP_HOST="evil.example"), 400)


def test_people_read_the_words_in_their_language(db: None) -> None:
    plain = APIClient().get("/api/v1/reviews").json()
    assert plain["title"]
    assert plain["type"] == "urn:verbatim:problem:not-authenticated"
