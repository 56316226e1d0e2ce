"""An officer of some stores sees and changes nothing of the others, on any page or endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role, Scope, User
from accounts.services import apikey_create
from common import text_service
from privacy import urls as privacy_urls
from privacy.api import urls as api_urls
from privacy.models import AuditEntry, PersonRequest, RetentionRule, RetentionRun
from privacy.people import Identifier
from privacy.services import audit_record, requests
from privacy.services.archives import exports_folder
from privacy.services.retaining import BadRule, retention_plan, retention_set
from reviews import redaction_urls
from reviews.models import Doubt, ListedValue, RedactionCase, Review, Source
from reviews.services import lists
from tests.analytics import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]

# Stands in everything that is planted in the other store.
MARKS = ("northway", "北途", "zebu-")
# Of every address: how to call it, and what it must answer for what is of another store.
GONE, QUIET = 404, 200
TABLE: dict[str, tuple[str, dict[str, str], dict[str, str], int]] = {
    "privacy": ("get", {}, {}, QUIET),
    "privacy-report": ("get", {}, {}, QUIET),
    "record": ("get", {}, {}, QUIET),
    "record-file": ("get", {}, {}, QUIET),
    "retention": ("get", {}, {}, QUIET),
    "requests": ("get", {}, {"state": "all"}, QUIET),
    "request-new": ("get", {}, {}, QUIET),
    "request": ("get", {"request_id": "request"}, {}, GONE),
    "request-decide": ("post", {"request_id": "request"}, {"what": "approve"}, GONE),
    "request-archive": ("get", {"request_id": "request"}, {}, GONE),
    "request-certificate": ("get", {"request_id": "request"}, {}, GONE),
    "audit": ("get", {}, {}, QUIET),
    "audit-check": ("post", {}, {}, 302),
    "redaction-policies": ("get", {}, {}, QUIET),
    "redaction-policy": ("get", {"source_id": "source"}, {}, GONE),
    "redaction-again": ("post", {"source_id": "source"}, {}, GONE),
    "redaction-try": ("get", {}, {}, QUIET),
    "redaction-lists": ("post", {}, {"sought": "zebu-value"}, QUIET),
    "redaction-value-off": ("post", {"value_id": "value"}, {}, GONE),
    "review-original": ("post", {"review_id": "review"}, {"reason": "to see theirs"}, GONE),
    "redaction-queue": ("get", {}, {}, QUIET),
    "redaction-decide": ("post", {"doubt_id": "doubt"}, {"action": "confirm"}, GONE),
    "redaction-add": ("post", {"doubt_id": "doubt"}, {"words": "zebu", "type": "PERSON"}, GONE),
    "redaction-cases": ("get", {}, {}, QUIET),
}
API: dict[str, list[tuple[str, str, dict[str, Any], int]]] = {
    "requests": [
        ("get", "/api/v1/privacy/requests", {}, QUIET),
        ("get", "/api/v1/privacy/requests?store=northway", {}, GONE),
        (
            "post",
            "/api/v1/privacy/requests",
            {
                "kind": "erase",
                "law": "gdpr",
                "stores": ["northway"],
                "identifiers": [{"kind": "shopper", "value": "zebu-1"}],
            },
            GONE,
        ),
    ],
    "request": [("get", "/api/v1/privacy/requests/{request}", {}, GONE)],
    "request-decision": [
        ("post", "/api/v1/privacy/requests/{request}/decision", {"what": "approve"}, GONE)
    ],
    "request-archive": [("get", "/api/v1/privacy/requests/{request}/archive", {}, GONE)],
    "purposes": [
        (
            "post",
            "/api/v1/privacy/purposes",
            {"store": "northway", "reviews": ["zebu-9"], "legal_basis": "contract", "purposes": []},
            GONE,
        )
    ],
}


@pytest.fixture
def olga(cast: SimpleNamespace) -> User:
    """An officer of lanting only."""
    user = User.objects.create_user(username="olga", roles=[Role.PRIVACY_OFFICER], is_staff=True)
    user.stores.set([cast.lanting])
    return user


@pytest.fixture
def foreign(cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Something of northway's on every page, and of lanting's where the two could be mixed."""
    monkeypatch.setattr(text_service, "redactor_version", lambda: "1")
    source = Source.objects.create(store=cast.northway, key="zebu-shop")
    review = factories.review(cast.northway)
    Review.objects.filter(pk=review.pk).update(source=source, external_id="zebu-9")
    own = factories.review(cast.lanting)
    doubt = Doubt.objects.create(
        review=review, revision=review.revisions.get(), start=0, end=3, type="PERSON",
        origin="officer",
    )  # fmt: skip
    RedactionCase.objects.create(text="zebu-case", language="en", text_hash="z", doubt=doubt)
    [value] = lists.values_add(
        actor=None, stores=[cast.northway], kind="allow", values=["zebu-value"], type=""
    )
    asked = requests.request_receive(
        actor=cast.alice, kind="erase", law="gdpr", stores=[cast.northway.pk],
        identifiers=[Identifier("shopper", "zebu-1")],
    )  # fmt: skip
    (exports_folder() / "z.zip").write_bytes(b"zebu-archive")
    PersonRequest.objects.filter(pk=asked.pk).update(
        state="found", archive="z.zip", certificate="zebu-certificate"
    )
    scope = f"source:{source.pk}"
    retention_set(actor=cast.alice, data_class="reviews", scope=scope, days=70)
    RetentionRun.objects.create(
        started_at=asked.received_at, gone={f"reviews {scope}": 31_337, "jobs": 2}
    )
    for one, words in ((review, "zebu-reason of theirs"), (own, "our own reason")):
        audit_record(
            actor=cast.alice, action="original.open", object_type="review", object_id=one.pk,
            details={"reason": words},
        )  # fmt: skip
    audit_record(
        actor=cast.alice, action="review.delete", object_type="review", object_id=10**7,
        details={"store": cast.northway.pk, "why": "zebu-deleted"},
    )  # fmt: skip
    for kind, number in (("source", source.pk), ("store", cast.northway.pk), ("model", "zebu-m")):
        audit_record(
            actor=cast.alice, action="policy.change", object_type=kind, object_id=number,
            details={"words": "zebu-details"},
        )  # fmt: skip
    return SimpleNamespace(
        source=source, review=review, doubt=doubt, value=value, request=asked, scope=scope
    )


def _client(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _text(answer: Any) -> str:
    body = answer.getvalue() if answer.streaming else answer.content
    return str(body.decode().lower())


def _rows() -> Iterator[Any]:
    """What must not change of the other store."""
    yield list(PersonRequest.objects.values().order_by("pk"))
    yield list(RetentionRule.objects.values().order_by("pk"))
    yield list(ListedValue.objects.values("pk", "store_id").order_by("pk"))
    yield list(Doubt.objects.values().order_by("pk"))
    yield list(Source.objects.values().order_by("pk"))


def test_the_tables_name_every_address() -> None:
    pages = {one.name for one in (*privacy_urls.urlpatterns, *redaction_urls.urlpatterns)}
    assert pages == set(TABLE)
    assert {one.name for one in api_urls.urlpatterns} <= set(API)


@pytest.mark.parametrize("name", TABLE)
def test_a_page_shows_and_does_nothing_of_another_store(
    olga: User, foreign: SimpleNamespace, name: str
) -> None:
    method, parts, sent, status = TABLE[name]
    numbers = {part: getattr(foreign, of).pk for part, of in parts.items()}
    before = list(_rows())
    answer = getattr(_client(olga), method)(reverse(name, kwargs=numbers), sent)
    assert answer.status_code == status
    if status == QUIET:
        text = _text(answer)
        if sent.get("sought"):  # what they looked for themselves stands in its field
            text = text.replace(sent["sought"], "")
        assert not [mark for mark in (*MARKS, "31337", "31,337") if mark in text]
    assert list(_rows()) == before


@pytest.mark.parametrize("name", API)
def test_an_endpoint_shows_and_does_nothing_of_another_store(
    cast: SimpleNamespace, foreign: SimpleNamespace, name: str
) -> None:
    _, token = apikey_create(
        actor=None, name="ours", scopes=list(Scope.values), stores=[cast.lanting]
    )
    before = list(_rows())
    for method, path, sent, status in API[name]:
        answer = getattr(Client(), method)(
            path.format(request=foreign.request.pk),
            **({"data": sent, "content_type": "application/json"} if sent else {}),
            headers={"Authorization": f"Bearer {token}"},
        )
        assert answer.status_code == status, answer.content
        # The address that was asked for stands in the answer; nothing else of theirs.
        text = _text(answer).replace(path.format(request=foreign.request.pk), "")
        assert not [mark for mark in MARKS if mark in text]
    assert list(_rows()) == before


def test_what_is_theirs_is_still_there(olga: User, foreign: SimpleNamespace) -> None:
    client = _client(olga)
    assert "our own reason" in _text(client.get(reverse("audit")))
    assert "our own reason" in _text(client.get(reverse("privacy")))


def test_an_officer_of_all_stores_sees_all(cast: SimpleNamespace, foreign: SimpleNamespace) -> None:
    client = _client(cast.pia)
    for name in ("audit", "privacy", "retention", "redaction-cases"):
        assert "zebu-" in _text(client.get(reverse(name))), name


@pytest.mark.parametrize("scope", ["theirs", "everybody"])
@pytest.mark.parametrize("default", [{}, {"default": "1"}])
def test_how_long_others_keep_their_data_is_not_theirs_to_set(
    olga: User, foreign: SimpleNamespace, scope: str, default: dict[str, str]
) -> None:
    before, trail = list(_rows()), AuditEntry.objects.filter(action="retention.set").count()
    where = foreign.scope if scope == "theirs" else ""
    sent = {"class": "reviews", "scope": where, "days": "1", **default}
    _client(olga).post(reverse("retention"), sent)
    assert list(_rows()) == before
    assert AuditEntry.objects.filter(action="retention.set").count() == trail
    with pytest.raises(BadRule):
        retention_set(actor=olga, data_class="reviews", scope=where, days=1)


def test_their_own_sources_are(olga: User, cast: SimpleNamespace, foreign: SimpleNamespace) -> None:
    own = Source.objects.get(store=cast.lanting)
    sent = {"class": "reviews", "scope": f"source:{own.pk}", "days": "9"}
    _client(olga).post(reverse("retention"), sent)
    assert RetentionRule.objects.get(scope=f"source:{own.pk}").days == 9
    assert [kept.scope for kept in retention_plan([cast.lanting]) if kept.scope] == [sent["scope"]]
