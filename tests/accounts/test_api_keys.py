"""API keys: shown once, scoped, revocable, and only a hash of them is kept."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import ApiKey
from accounts.selectors import apikey_by_token, stores_for
from accounts.services import BadKeyRequest, apikey_create, apikey_revoke
from common.commands import CommandFailure
from privacy.models import AuditEntry

SCOPES = ["reviews:read"]


def _create(cast: SimpleNamespace, **changes: Any) -> tuple[ApiKey, str]:
    asked = {"actor": cast.alice, "name": "shop", "scopes": SCOPES, "stores": [cast.lanting]}
    return apikey_create(**{**asked, **changes})


def _status(token: str, scheme: str = "Bearer") -> int:
    return APIClient().get("/api/v1/reviews", HTTP_AUTHORIZATION=f"{scheme} {token}").status_code


def test_the_table_of_keys_opens_nothing(cast: SimpleNamespace) -> None:
    key, token = _create(cast)
    secret = token.split("_", 2)[2]
    kept = [str(value) for value in ApiKey.objects.filter(pk=key.pk).values_list()[0]]
    assert not any(secret in value for value in kept)
    assert _status(token) == 200
    assert _status(f"vbt_{key.prefix}_{key.secret_hash}") == 401
    assert secret not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "Api-Key"])
def test_both_schemes_work(cast: SimpleNamespace, scheme: str) -> None:
    assert _status(_create(cast)[1], scheme) == 200


@pytest.mark.parametrize(
    "token", ["", "x", "vbt_", "vbt_a", "vbt__b", "vbt_a_", "vbt_é_é", "vbt_a_b c", "v" * 9000]
)
def test_what_is_no_token_is_refused(cast: SimpleNamespace, token: str) -> None:
    assert _status(token) == 401


def test_another_keys_secret_does_not_fit(cast: SimpleNamespace) -> None:
    one, two = _create(cast)[1].split("_", 2), _create(cast)[1].split("_", 2)
    assert apikey_by_token("_".join([one[0], one[1], two[2]])) is None


def test_a_revoked_key_is_refused_at_once(cast: SimpleNamespace) -> None:
    key, token = _create(cast)
    assert _status(token) == 200
    apikey_revoke(actor=cast.alice, key=key)
    apikey_revoke(actor=cast.alice, key=key)
    assert _status(token) == 401
    assert AuditEntry.objects.filter(action="apikey.revoke").count() == 1


def test_an_expired_key_is_refused(cast: SimpleNamespace) -> None:
    key, token = _create(cast, expires_at=timezone.now() + timedelta(hours=1))
    assert _status(token) == 200
    ApiKey.objects.filter(pk=key.pk).update(expires_at=timezone.now())
    assert _status(token) == 401


def test_the_last_use_is_written_at_most_once_a_minute(cast: SimpleNamespace) -> None:
    key, token = _create(cast)

    def writes() -> int:
        with CaptureQueriesContext(connection) as queries:
            _status(token)
        return sum('UPDATE "accounts_apikey"' in query["sql"] for query in queries)

    assert [writes(), writes()] == [1, 0]
    ApiKey.objects.filter(pk=key.pk).update(last_used_at=timezone.now() - timedelta(seconds=61))
    assert writes() == 1
    key.refresh_from_db()
    assert key.last_used_at is not None
    assert timezone.now() - key.last_used_at < timedelta(seconds=30)


def test_a_key_sees_the_stores_it_was_given(cast: SimpleNamespace) -> None:
    key, _ = _create(cast, stores=[cast.northway])
    assert list(stores_for(key)) == [cast.northway]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["reviews:read", "everything"]}, "scopes"),
        ({"stores": []}, "stores"),
        ({"expires_at": timezone.now() - timedelta(days=1)}, "expires_at"),
    ],
)
def test_a_key_that_makes_no_sense_is_not_made(
    cast: SimpleNamespace, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadKeyRequest) as refused:
        _create(cast, **changes)
    assert refused.value.field == field
    assert not ApiKey.objects.exists()


def test_nobody_gives_away_another_peoples_store(cast: SimpleNamespace) -> None:
    with pytest.raises(BadKeyRequest):
        _create(cast, actor=cast.bob, stores=[cast.northway, cast.lanting])


def test_the_command_prints_a_token_that_works_and_another_takes_it_back(
    cast: SimpleNamespace,
) -> None:
    out = StringIO()
    call_command(
        "create_api_key", "feed", "--scopes", "reviews:read,analyze", "--store", "lanting",
        "--store", "northway", "--days", "30", stdout=out,
    )  # fmt: skip
    token = out.getvalue().strip()
    key = apikey_by_token(token)
    assert key is not None
    assert key.scopes == ["analyze", "reviews:read"]
    assert {store.key for store in key.stores.all()} == {"lanting", "northway"}
    assert _status(token) == 200
    call_command("revoke_api_key", key.prefix, stdout=out)
    assert _status(token) == 401


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--scopes", "reviews:read", "--store", "nowhere"], "lanting, northway"),
        (["--scopes", "all", "--store", "lanting"], "reviews:write"),
        (["--scopes", "analyze", "--store", "lanting", "--days", "0"], "--days"),
    ],
)
def test_the_command_says_what_would_do(cast: SimpleNamespace, words: list[str], said: str) -> None:
    with pytest.raises(CommandFailure, match=said):
        call_command("create_api_key", "feed", *words)
