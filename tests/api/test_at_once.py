"""Requests that run at the same time."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.api import schema
from accounts.models import ApiKey, IdempotencyKey
from accounts.services import claim_take
from reviews import redacting
from reviews.models import Review, Source
from reviews.services.receiving import Reception
from reviews.services.storing import Redacted
from tests.api.conftest import Client

SENT = {"source": "s", "reviews": [{"id": "a", "text": "x"}]}


def _post(client: Any) -> Any:
    return client.post("/api/v1/reviews", SENT, format="json", HTTP_IDEMPOTENCY_KEY="k")


def test_the_second_of_two_equal_requests_is_told_to_wait_while_the_first_runs(
    api: Client, cast: SimpleNamespace, text_service: None
) -> None:
    client = api("reviews:write", stores=[cast.lanting])
    claim_take(principal=f"key:{ApiKey.objects.get().pk}", key="k")
    answer = _post(client)
    assert answer.status_code == 409
    assert int(answer["Retry-After"]) > 0
    assert not Review.objects.exists()
    # Its process died: nobody would ever finish it.
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    assert _post(client).status_code == 200


def test_an_answer_is_forgotten_after_a_day(
    api: Client, cast: SimpleNamespace, text_service: None
) -> None:
    client = api("reviews:write", stores=[cast.lanting])
    _post(client)
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert "Idempotent-Replayed" not in _post(client)


@pytest.mark.django_db(transaction=True)
def test_the_same_reviews_sent_at_once_in_opposite_order_are_stored_once(
    cast: SimpleNamespace,
) -> None:
    source = Source.objects.create(store=cast.lanting, key="s", kind="rest")
    items = [
        {"id": str(at), "text": f"text {at}", "product_id": f"p{at % 40}", "shopper": str(at)}
        for at in range(400)
    ]
    redactor_version = redacting.redactor_version()
    together = threading.Barrier(2)
    failed: list[BaseException] = []

    def redact(texts: Sequence[str]) -> list[Redacted]:
        together.wait(20)
        return [Redacted(text, 0) for text in texts]

    def send(mine: list[dict[str, str]]) -> None:
        try:
            reception = Reception(
                actor=None, source=source, redactor_version=redactor_version, redact=redact
            )
            reception.items_store(mine)
            assert reception.counts()["rejected"] == 0
        except BaseException as error:
            failed.append(error)
            raise
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[mine]) for mine in (items, items[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not failed
    assert Review.objects.count() == 400


def test_the_first_readers_of_the_document_wait_for_one_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The library that writes it keeps what it finds out in places that all threads share."""
    inside, most = 0, 0

    def slow(self: Any, **kwargs: Any) -> dict[str, Any]:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        time.sleep(0.05)
        inside -= 1
        return {}

    monkeypatch.setattr(schema.SchemaGenerator, "get_schema", slow)
    schema._document.cache_clear()
    readers = [threading.Thread(target=schema.document) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    schema._document.cache_clear()
    assert most == 1
