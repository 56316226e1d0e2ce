"""POST /reviews: what a program that sends reviews gets back, and what is stored."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from common.models import Job
from privacy.models import AuditEntry
from reviews.models import Review, Source, TextRevision
from tests.api.conftest import Client

PHONE = "13812345678"
WRITE = "reviews:write"


def _body(*reviews: Any, **more: Any) -> dict[str, Any]:
    return {"source": "shop-feed", "reviews": list(reviews), **more}


def _send(client: Any, *reviews: Any, **more: Any) -> Any:
    return client.post("/api/v1/reviews", _body(*reviews, **more), format="json")


def _send_lines(client: Any, lines: list[Any], **headers: str) -> Any:
    body = "".join(
        (line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)) + "\n"
        for line in lines
    )
    return client.post(
        "/api/v1/reviews?source=shop-feed", body, content_type="application/x-ndjson", **headers
    )


@pytest.mark.usefixtures("text_service")
class TestWithTheTextService:
    def test_each_review_gets_its_fate(self, api: Client, cast: SimpleNamespace) -> None:
        client = api(WRITE, stores=[cast.lanting])
        first = _send(client, {"id": "a", "text": "很好用"}, {"id": "b", "text": "Works well"})
        again = _send(client, {"id": "a", "text": "不好用"}, {"id": "b", "text": "Works well"})
        assert first.status_code == again.status_code == 200
        assert [one["status"] for one in first.json()["results"]] == ["created", "created"]
        assert [one["status"] for one in again.json()["results"]] == ["updated", "unchanged"]
        assert again.json()["counts"] == {
            "created": 0, "updated": 1, "unchanged": 1, "deleted": 0, "rejected": 0
        }  # fmt: skip
        assert Source.objects.get().kind == "rest"

    def test_personal_data_is_replaced_before_anything_is_stored(
        self, api: Client, cast: SimpleNamespace
    ) -> None:
        _send(api(WRITE, stores=[cast.lanting]), {"id": "a", "text": f"打我电话{PHONE}"})
        assert TextRevision.objects.get().text == "打我电话[PHONE_1]"

    def test_a_bad_item_does_not_stop_the_others(self, api: Client, cast: SimpleNamespace) -> None:
        answer = _send(
            api(WRITE, stores=[cast.lanting]),
            {"id": "a", "text": "好"},
            {"id": "b", "text": "x", "stars": 9},
            {"id": "c", "text": "x", "rating": 5},
            {"id": "d", "text": ["x"]},
            {"id": "a", "text": "twice"},
            "not an object",
            {"id": "e"},
        )
        assert answer.status_code == 207
        found = [
            (one["index"], one["id"], one["status"], (one.get("error") or {}).get("reason"))
            for one in answer.json()["results"]
        ]
        assert found == [
            (0, "a", "created", None),
            (1, "b", "rejected", "bad_stars"),
            (2, "c", "rejected", "unknown_field"),
            (3, "d", "rejected", "bad_type"),
            (4, "a", "rejected", "duplicate_id"),
            (5, None, "rejected", "bad_item"),
            (6, "e", "rejected", "no_text"),
        ]
        assert Review.objects.count() == 1

    def test_every_field_arrives(self, api: Client, cast: SimpleNamespace) -> None:
        review = {
            "id": 77,
            "text": "Great lamp",
            "title": "Happy",
            "product_id": "LT-20",
            "product_name": "Lamp",
            "brand": "Lanting",
            "category": "Lighting",
            "shopper": "buyer-9",
            "date": "2026-03-01",
            "stars": 4.0,
            "channel": "question",
            "variant": None,
        }
        assert _send(api(WRITE, stores=[cast.lanting]), review).status_code == 200
        stored = Review.objects.select_related("product__category", "shopper").get()
        assert (stored.external_id, stored.stars, stored.channel) == ("77", 4, "question")
        assert stored.product is not None
        assert (stored.product.external_id, stored.product.brand) == ("LT-20", "Lanting")
        assert stored.product.category is not None
        assert stored.product.category.key == "Lighting"
        assert stored.shopper is not None
        assert "buyer-9" not in stored.shopper.key_hash
        assert stored.revisions.get().text == "Happy\nGreat lamp"

    def test_lines_are_stored_in_pieces_and_answered_in_order(
        self, api: Client, cast: SimpleNamespace
    ) -> None:
        lines = [{"id": str(at), "text": f"review number {at}"} for at in range(1001)]
        answer = _send_lines(
            api(WRITE, stores=[cast.lanting]), [*lines[:600], "", "{broken", *lines[600:]]
        )
        assert answer.status_code == 207
        body = answer.json()
        assert body["counts"]["created"] == Review.objects.count() == 1001
        assert [one["index"] for one in body["results"]] == list(range(1002))
        assert body["results"][600]["error"]["reason"] == "bad_json"

    def test_text_that_grows_when_cleaned_is_rejected(
        self, api: Client, cast: SimpleNamespace
    ) -> None:
        # One character that stands for eighteen.
        answer = _send(api(WRITE, stores=[cast.lanting]), {"id": "a", "text": "\ufdfa" * 5000})
        assert answer.json()["results"][0]["error"]["reason"] == "too_long"

    def test_half_a_character_is_rejected(self, api: Client, cast: SimpleNamespace) -> None:
        answer = api(WRITE, stores=[cast.lanting]).post(
            "/api/v1/reviews",
            b'{"source":"s","reviews":[{"id":"a","text":"x\\ud800"},{"id":"\\udc00","text":"x"},'
            b'{"id":"c","text":"ok","brand":"\\ud800\\u0000b"}]}',
            content_type="application/json",
        )
        assert [one["status"] for one in answer.json()["results"]] == [
            "rejected", "rejected", "created"
        ]  # fmt: skip

    def test_the_store_must_be_named_when_there_are_two(
        self, api: Client, cast: SimpleNamespace
    ) -> None:
        client = api(WRITE, stores=[cast.lanting, cast.northway])
        answer = _send(client, {"id": "a", "text": "好"})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "store"
        assert _send(client, {"id": "a", "text": "好"}, store="northway").status_code == 200
        assert Review.objects.get().store == cast.northway

    def test_what_was_sent_leaves_a_trace_with_counts_and_the_name_of_the_key(
        self, api: Client, cast: SimpleNamespace
    ) -> None:
        client = api(WRITE, stores=[cast.lanting])
        _send(client, {"id": "a", "text": "好"}, {"id": "b"})
        trace = AuditEntry.objects.get(action="reviews.receive")
        assert trace.actor_name.startswith("key ")
        assert trace.details == {
            "created": 1, "updated": 0, "unchanged": 0, "deleted": 0, "rejected": 1
        }  # fmt: skip

    def test_requests_close_together_ask_once_for_a_look_at_duplicates(
        self, api: Client, cast: SimpleNamespace
    ) -> None:
        client = api(WRITE, stores=[cast.lanting])
        _send(client, {"id": "a", "text": "好"})
        _send(client, {"id": "b", "text": "好"})
        assert Job.objects.filter(kind="find_duplicates").count() == 1

    def test_the_same_request_with_the_same_key_is_done_once(
        self, api: Client, cast: SimpleNamespace
    ) -> None:
        client = api(WRITE, stores=[cast.lanting])
        named = {"HTTP_IDEMPOTENCY_KEY": "first"}
        body = _body({"text": "no id"})
        one = client.post("/api/v1/reviews", body, format="json", **named)
        Review.objects.all().delete()
        two = client.post("/api/v1/reviews", body, format="json", **named)
        assert two.json() == one.json()
        assert two["Idempotent-Replayed"] == "true"
        assert Review.objects.count() == 0
        other = client.post("/api/v1/reviews", _body({"text": "other"}), format="json", **named)
        assert other.status_code == 422
        assert other.json()["type"] == "urn:verbatim:problem:idempotency-key-reused"

    def test_lines_can_be_sent_again_under_the_same_key(
        self, api: Client, cast: SimpleNamespace
    ) -> None:
        client = api(WRITE, stores=[cast.lanting])
        lines = [{"id": str(at), "text": f"review {at}"} for at in range(3)]
        one = _send_lines(client, lines, HTTP_IDEMPOTENCY_KEY="k")
        two = _send_lines(client, lines, HTTP_IDEMPOTENCY_KEY="k")
        assert one.json() == two.json()
        assert two["Idempotent-Replayed"] == "true"

    def test_two_callers_do_not_share_idempotency_keys(
        self, api: Client, cast: SimpleNamespace
    ) -> None:
        for store in (cast.lanting, cast.northway):
            client = api(WRITE, stores=[store])
            answer = client.post(
                "/api/v1/reviews", _body({"text": "same"}), format="json", HTTP_IDEMPOTENCY_KEY="k"
            )
            assert answer.json()["store"] == store.key


def test_without_the_text_service_nothing_is_stored(
    api: Client, cast: SimpleNamespace, no_text_service: None
) -> None:
    client = api(WRITE, stores=[cast.lanting])
    for answer in (
        _send(client, {"id": "a", "text": f"打我电话{PHONE}"}),
        _send_lines(client, [{"id": "a", "text": "x"}], HTTP_IDEMPOTENCY_KEY="k"),
    ):
        assert answer.status_code == 503
        assert int(answer["Retry-After"]) > 0
        assert answer["Content-Type"] == "application/problem+json"
        assert PHONE not in answer.content.decode()
    assert Review.objects.count() == Source.objects.count() == 0


def test_a_failed_request_can_be_sent_again_under_its_key(
    api: Client, cast: SimpleNamespace, no_text_service: None, service_socket: Any, settings: Any
) -> None:
    client = api(WRITE, stores=[cast.lanting])
    named = {"HTTP_IDEMPOTENCY_KEY": "k"}
    body = _body({"id": "a", "text": "x"})
    assert client.post("/api/v1/reviews", body, format="json", **named).status_code == 503
    settings.VERBATIM_TEXT_SERVICE = str(service_socket)
    assert client.post("/api/v1/reviews", body, format="json", **named).status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"reviews": [{"text": "x"}]}, 422, "source"),
        ({"source": "a b", "reviews": [{"text": "x"}]}, 422, "source"),
        ({"source": "s", "reviews": []}, 422, "reviews"),
        ({"source": "s", "reviews": [{"text": "x"}] * 1001}, 422, "reviews"),
        ({"source": "s", "items": []}, 422, "items"),
        ({"source": "s", "store": "nowhere", "reviews": [{"text": "x"}]}, 404, None),
    ],
)
def test_a_request_that_cannot_be_used_says_which_field(
    api: Client, cast: SimpleNamespace, body: Any, status: int, field: str | None
) -> None:
    answer = api(WRITE, stores=[cast.lanting]).post("/api/v1/reviews", body, format="json")
    assert answer.status_code == status
    assert answer.json().get("errors", [{"field": None}])[0]["field"] == field
