"""Every route with every kind of caller. A route without a line here fails the test."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver
from rest_framework.test import APIClient

from accounts.api.permissions import PUBLIC, rule_of
from accounts.models import Scope, Store
from config.urls import api_v1
from privacy.people import Identifier
from privacy.services import requests
from privacy.services.archives import exports_folder
from reviews.models import ImportBatch, Upload
from tests.analytics import factories
from tests.api.conftest import Client

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Line:
    """What a route needs, and how it is asked about something of a store."""

    scope: str
    path: Callable[[SimpleNamespace], str]
    body: Callable[[SimpleNamespace], Any] = lambda world: None
    good: int = 200
    # False: it names nothing of a store, so there is nothing foreign to ask for.
    of_store: bool = True
    # How the body is sent; JSON when empty.
    more: dict[str, Any] = field(default_factory=dict)


def _sent(world: SimpleNamespace) -> dict[str, Any]:
    return {"source": "s", "store": world.store.key, "reviews": [{"id": "1", "text": "x"}]}


LINES: dict[tuple[str, str], Line] = {
    ("about", "get"): Line(PUBLIC, lambda world: "", of_store=False),
    ("openapi", "get"): Line(PUBLIC, lambda world: "openapi.json", of_store=False),
    ("docs", "get"): Line(PUBLIC, lambda world: "docs", of_store=False),
    ("reviews", "get"): Line("reviews:read", lambda world: f"reviews?store={world.store.key}"),
    ("reviews", "post"): Line("reviews:write", lambda world: "reviews", _sent),
    ("review", "get"): Line("reviews:read", lambda world: f"reviews/{world.review.pk}"),
    ("review", "delete"): Line(
        "reviews:write", lambda world: f"reviews/{world.review.pk}", good=204
    ),
    ("products", "get"): Line("reviews:read", lambda world: f"products?store={world.store.key}"),
    ("products", "post"): Line(
        "reviews:write",
        lambda world: "products",
        lambda world: {"store": world.store.key, "products": [{"external_id": "LT-21"}]},
    ),
    ("uploads", "post"): Line(
        "reviews:write",
        lambda world: "uploads",
        lambda world: {"file_name": "a.csv", "size": 9, "source": "s", "store": world.store.key},
        good=201,
    ),
    ("upload", "get"): Line("reviews:write", lambda world: f"uploads/{world.upload.pk}"),
    ("upload", "patch"): Line(
        "reviews:write",
        lambda world: f"uploads/{world.upload.pk}",
        lambda world: b"",
        good=422,  # it does not say where the piece begins
        more={"content_type": "application/octet-stream"},
    ),
    ("upload", "delete"): Line(
        "reviews:write", lambda world: f"uploads/{world.upload.pk}", good=204
    ),
    ("imports", "post"): Line(
        "reviews:write",
        lambda world: "imports",
        lambda world: {"upload": str(world.upload.pk)},
        good=409,  # not all of it is there
    ),
    ("import", "get"): Line("reviews:write", lambda world: f"imports/{world.batch.pk}"),
    ("import", "delete"): Line(
        "reviews:write", lambda world: f"imports/{world.batch.pk}", good=204
    ),
    ("rejects", "get"): Line("reviews:write", lambda world: f"imports/{world.batch.pk}/rejected"),
    ("product", "get"): Line(
        "reviews:read", lambda world: f"products/LT-20?store={world.store.key}"
    ),
    ("product", "put"): Line(
        "reviews:write",
        lambda world: f"products/LT-20?store={world.store.key}",
        lambda world: {"name_en": "Lamp"},
    ),
    ("analyze", "post"): Line(
        "analyze",
        lambda world: "analyze",
        lambda world: {"text": "x"},
        good=503,  # there is no champion in this test
        of_store=False,
    ),
    ("requests", "get"): Line("privacy", lambda world: f"privacy/requests?store={world.store.key}"),
    ("requests", "post"): Line(
        "privacy",
        lambda world: "privacy/requests",
        lambda world: {
            "kind": "export",
            "stores": [world.store.key],
            "identifiers": [{"kind": "shopper", "value": "u-1"}],
        },
        good=201,
    ),
    ("request", "get"): Line("privacy", lambda world: f"privacy/requests/{world.asked.pk}"),
    ("request-decision", "post"): Line(
        "privacy",
        lambda world: f"privacy/requests/{world.asked.pk}/decision",
        lambda world: {"what": "refuse", "reason": "not who they say"},
    ),
    ("request-archive", "get"): Line(
        "privacy", lambda world: f"privacy/requests/{world.asked.pk}/archive"
    ),
    ("purposes", "post"): Line(
        "privacy",
        lambda world: "privacy/purposes",
        lambda world: {
            "store": world.store.key,
            "shopper": "u-1",
            "legal_basis": "legitimate_interest",
            "purposes": ["analyse"],
        },
    ),
    ("index", "get"): Line(
        "indices:read", lambda world: f"indices/sentiment?store={world.store.key}"
    ),
}


def _patterns(patterns: list[Any]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns)
        else:
            yield pattern


def _routes() -> Iterator[tuple[str, str, Any]]:
    for pattern in _patterns(api_v1):
        view = pattern.callback.cls  # type: ignore[attr-defined]
        for method in METHODS:
            if hasattr(view, method):
                yield str(pattern.name), method, view


def test_every_route_stands_in_the_matrix_and_names_its_rule() -> None:
    found = {(name, method): view for name, method, view in _routes()}
    assert set(found) == set(LINES)
    for (name, method), view in found.items():
        assert rule_of(view, method.upper()) == LINES[name, method].scope, (name, method)


@pytest.fixture
def world(cast: SimpleNamespace) -> SimpleNamespace:
    """Something of lanting to ask about, and the same number of a product in northway."""
    lamp = factories.product(cast.lanting, "LT-20")
    review = factories.review(cast.lanting, product=lamp)
    asked = requests.request_receive(
        actor=cast.pia, kind="export", law="gdpr", stores=[cast.lanting.pk],
        identifiers=[Identifier("shopper", "u-1")],
    )  # fmt: skip
    asked.archive = "made-for-a-test.zip"
    asked.save()
    (exports_folder() / asked.archive).write_bytes(b"zip")
    return SimpleNamespace(
        store=cast.lanting,
        review=review,
        asked=asked,
        upload=Upload.objects.create(source=review.source, file_name="a.csv", size=9),
        batch=ImportBatch.objects.create(source=review.source, file_name="a.csv"),
    )


def _ask(client: APIClient, method: str, line: Line, world: SimpleNamespace) -> Any:
    return getattr(client, method)(
        f"/api/v1/{line.path(world)}", line.body(world), **(line.more or {"format": "json"})
    )


@pytest.mark.parametrize(("name", "method"), list(LINES), ids=lambda value: value)
def test_a_route_serves_only_whom_it_should(
    name: str,
    method: str,
    world: SimpleNamespace,
    cast: SimpleNamespace,
    api: Client,
    text_service: None,
) -> None:
    line = LINES[name, method]
    nobody, wrong = APIClient(), APIClient()
    wrong.credentials(HTTP_AUTHORIZATION="Bearer vbt_0123456789_wrong")
    if line.scope == PUBLIC:
        assert _ask(nobody, method, line, world).status_code == line.good
        return
    assert _ask(nobody, method, line, world).status_code == 401
    assert _ask(wrong, method, line, world).status_code == 401
    others = [scope for scope in Scope.values if scope != line.scope]
    assert _ask(api(*others, stores=[cast.lanting]), method, line, world).status_code == 403
    if line.of_store:
        foreign = api(line.scope, stores=[cast.northway])
        absent = SimpleNamespace(
            store=Store(key="nowhere"),
            review=SimpleNamespace(pk=world.review.pk + 1000),
            upload=SimpleNamespace(pk=uuid.uuid4()),
            batch=SimpleNamespace(pk=world.batch.pk + 1000),
            asked=SimpleNamespace(pk=world.asked.pk + 1000),
        )
        answer = _ask(foreign, method, line, world)
        assert answer.status_code == 404
        # What is another's looks exactly like what is not there.
        missing = _ask(foreign, method, line, absent)
        assert {**answer.json(), "instance": ""} == {**missing.json(), "instance": ""}
    assert _ask(api(line.scope, stores=[cast.lanting]), method, line, world).status_code == (
        line.good
    )


@pytest.mark.parametrize(
    ("who", "method", "path", "status"),
    [
        ("mia", "get", "reviews", 200),
        ("ann", "get", "reviews", 403),
        ("bob", "get", "reviews?store=lanting", 404),
        ("pia", "get", "reviews", 200),
        ("pia", "get", "indices/sentiment", 403),
        ("alice", "get", "reviews?store=northway", 200),
        ("max", "get", "indices/sentiment", 200),
    ],
)
def test_people_may_what_their_roles_say(
    cast: SimpleNamespace, who: str, method: str, path: str, status: int
) -> None:
    client = APIClient()
    client.force_login(getattr(cast, who), backend="django.contrib.auth.backends.ModelBackend")
    assert getattr(client, method)(f"/api/v1/{path}").status_code == status


def test_a_privacy_officer_may_erase_and_an_annotator_may_not(
    world: SimpleNamespace, cast: SimpleNamespace
) -> None:
    path = f"/api/v1/reviews/{world.review.pk}"
    for person, status in ((cast.ann, 403), (cast.bob, 404), (cast.pia, 204), (cast.pia, 404)):
        client = APIClient()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert client.delete(path).status_code == status


def test_a_session_cannot_change_anything_without_the_csrf_token(
    world: SimpleNamespace, cast: SimpleNamespace
) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(cast.alice, backend="django.contrib.auth.backends.ModelBackend")
    assert client.delete(f"/api/v1/reviews/{world.review.pk}").status_code == 403
    assert client.put("/api/v1/products/x?store=lanting", {}, format="json").status_code == 403
    assert client.post("/api/v1/reviews", {}, format="json").status_code == 403
    assert client.get(f"/api/v1/reviews/{world.review.pk}").status_code == 200
