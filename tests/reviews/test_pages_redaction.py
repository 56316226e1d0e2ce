"""The privacy officer's pages: who sees them, what they do, and what they never keep."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from common import text_service
from common.models import Job
from reviews import redacting
from reviews.models import Doubt, ListedValue
from reviews.selectors.policies import Policy
from reviews.services.doubts import personal_data_report
from tests.reviews.redaction_shop import PHONE, bring, current, source, text_of

pytestmark = pytest.mark.django_db


_TOLD = ("start", "end", "type", "score", "rule")


def signed_in(person: object) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    return client


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real engine in place of the service's process."""

    def redact(
        texts: Sequence[str], policy: Mapping[str, Any] | None = None
    ) -> list[text_service.RedactedText]:
        found = redacting.by_policy(texts, Policy.from_json(policy) if policy else Policy(0))
        return [
            text_service.RedactedText(
                one.stored.text,
                [{name: getattr(span, name) for name in _TOLD} for span in one.spans],
                one.stamp,
                [doubt._asdict() for doubt in one.stored.doubts],
            )
            for one in found
        ]

    monkeypatch.setattr(text_service, "redact", redact)
    monkeypatch.setattr(text_service, "redactor_version", redacting.redactor_version)


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    found: list[Job] = []
    monkeypatch.setattr("common.doorway.wake", found.append)
    return found


def everything_stored() -> str:
    """Every row of every table as text."""
    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'select t::text from "{table}" t')  # noqa: S608
            rows += [row[0] for row in cursor.fetchall()]
    return "\n".join(rows)


def test_the_pages_are_for_the_privacy_officer(cast: SimpleNamespace, settings: Any) -> None:
    shop = source(cast.lanting)
    pages = [
        reverse("redaction-policies"),
        reverse("redaction-policy", args=[shop.pk]),
        reverse("redaction-try"),
        reverse("redaction-lists"),
        reverse("redaction-queue"),
        reverse("redaction-cases"),
    ]
    for person in (cast.mia, cast.ann, cast.ivo):
        assert [signed_in(person).get(page).status_code for page in pages] == [403] * len(pages)
    settings.VERBATIM_TEXT_SERVICE = "/nowhere/text.sock"
    assert [signed_in(cast.pia).get(page).status_code for page in pages] == [200] * len(pages)
    settings.VERBATIM_REDACTION_REVIEWERS = ["manager"]
    assert signed_in(cast.mia).get(reverse("redaction-queue")).status_code == 200
    assert signed_in(cast.mia).get(reverse("redaction-lists")).status_code == 403


def test_a_misspelt_role_is_found_before_the_site_starts(settings: Any) -> None:
    from reviews.checks import reviewers_are_roles

    assert reviewers_are_roles() == []
    settings.VERBATIM_REDACTION_REVIEWERS = ["managr"]
    [found] = reviewers_are_roles()
    assert "VERBATIM_REDACTION_REVIEWERS" in found.msg
    assert "privacy_officer" in found.msg


def test_what_belongs_to_another_store_is_not_found(
    cast: SimpleNamespace, woken: list[Job]
) -> None:
    cast.pia.stores.set([cast.northway])
    client = signed_in(cast.pia)
    mine = source(cast.lanting, doubt_below=1.0)
    [review] = bring(mine, f"打我电话{PHONE}")
    [doubt] = review.doubts.all()
    entry = ListedValue.objects.create(store=cast.lanting, kind="allow", value="李宁", key_hash="x")
    assert client.get(reverse("redaction-policy", args=[mine.pk])).status_code == 404
    for name, pk in (
        ("redaction-again", mine.pk),
        ("redaction-value-off", entry.pk),
        ("redaction-decide", doubt.pk),
        ("redaction-add", doubt.pk),
    ):
        assert client.post(reverse(name, args=[pk]), {"action": "confirm"}).status_code == 404
    assert "[PHONE_1]" not in client.get(reverse("redaction-queue")).content.decode()
    assert "李宁" not in client.get(reverse("redaction-lists")).content.decode()
    tried = client.post(reverse("redaction-try"), {"text": "x", "source": mine.pk})
    assert tried.status_code == 422
    assert not woken


def test_a_tried_text_is_explained_by_the_policy_and_kept_nowhere(
    cast: SimpleNamespace, engine: None, caplog: pytest.LogCaptureFixture
) -> None:
    shop = source(cast.lanting, style="typed", doubt_below=0.96)
    caplog.set_level(logging.DEBUG)
    text = f"找 zebulon.quark@mail.com 或 {PHONE}<b>"
    response = signed_in(cast.pia).post(reverse("redaction-try"), {"text": text, "source": shop.pk})
    shown = response.content.decode()
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    for piece in ("[PHONE]", "[EMAIL]", "phone.cn_mobile", "would wait for review", "&lt;b&gt;"):
        assert piece in shown
    stored = everything_stored()
    assert "zebulon" not in stored + caplog.text
    assert PHONE not in stored + caplog.text


def test_without_the_text_service_the_bench_says_so_and_keeps_what_was_typed(
    cast: SimpleNamespace, settings: Any
) -> None:
    settings.VERBATIM_TEXT_SERVICE = "/nowhere/text.sock"
    response = signed_in(cast.pia).post(reverse("redaction-try"), {"text": "typed words"})
    assert response.status_code == 503
    assert "The text service does not answer." in response.content.decode()
    assert "typed words" in response.content.decode()


def test_a_policy_is_saved_and_stored_reviews_are_offered_again(
    cast: SimpleNamespace, engine: None, woken: list[Job]
) -> None:
    shop = source(cast.lanting)
    [review] = bring(shop, f"打我电话{PHONE}")
    client = signed_in(cast.pia)
    page = reverse("redaction-policy", args=[shop.pk])
    said = {"original": "seal", "style": "mask", "types": ["PHONE", "EMAIL"], "doubt_below": "0.5"}
    assert client.post(page, {**said, "doubt_below": "7"}).status_code == 422
    assert client.post(page, said).status_code == 302
    shop.refresh_from_db()
    saved = shop.policy
    assert (shop.original_policy, saved.style, saved.doubt_below) == ("seal", "mask", 0.5)
    assert "PHONE" not in shop.policy.kept_types
    assert "PERSON" in shop.policy.kept_types
    shown = client.get(page).content.decode()
    assert "nothing that was replaced comes back" in shown
    client.post(reverse("redaction-again", args=[shop.pk]))
    client.post(reverse("redaction-again", args=[shop.pk]))  # once is enough
    [job] = woken
    assert job.arguments["sources"] == [shop.pk]
    assert "look at the progress" in client.get(page).content.decode()
    assert text_of(review) == "打我电话[PHONE_1]"


def test_values_are_added_looked_for_and_taken_off(cast: SimpleNamespace, woken: list[Job]) -> None:
    client = signed_in(cast.pia)
    page = reverse("redaction-lists")
    stores = [cast.lanting.pk]
    said = {"kind": "deny", "type": "PERSON", "stores": stores}
    refused = client.post(page, {**said, "values": "Zebulon Quark\na"})
    assert refused.status_code == 422
    assert "Line 2 is too short" in refused.content.decode()
    assert client.post(page, {**said, "values": "Zebulon Quark\n欧阳小凤\n"}).status_code == 302
    assert [job.kind for job in woken] == ["apply_listed_values"]
    assert "Zebulon" not in client.get(page, {"kind": "deny"}).content.decode()
    found = client.post(page, {"kind": "deny", "sought": "ZEBULON quark"}).content.decode()
    assert "sealed" in found
    missing = client.post(page, {"kind": "deny", "sought": "nobody"}).content.decode()
    assert "It is not on this list" in missing
    for entry in ListedValue.objects.all():
        client.post(reverse("redaction-value-off", args=[entry.pk]))
    assert not ListedValue.objects.exists()
    assert "Zebulon" not in everything_stored()


def test_the_queue_is_worked_off_one_by_one(
    cast: SimpleNamespace, engine: None, woken: list[Job]
) -> None:
    shop = source(cast.lanting, doubt_below=1.0)
    first, second, third = bring(
        shop, f"打我电话{PHONE}", "mail anna@mail.com please", f"还是{PHONE}，暗号七"
    )
    client = signed_in(cast.pia)
    queue = reverse("redaction-queue")
    one, two, three = Doubt.objects.order_by("pk")
    assert "打我电话" in client.get(queue).content.decode()
    decide = reverse("redaction-decide", args=[one.pk])
    response = client.post(decide, {"action": "confirm"}, follow=True)
    assert "Confirmed." in response.content.decode()
    assert "It became a test case." in response.content.decode()
    assert "please" in response.content.decode()  # the next one
    again = client.post(decide, {"action": "reject"}, follow=True)
    assert "Somebody else decided this one already." in again.content.decode()
    client.post(reverse("redaction-decide", args=[two.pk]), {"action": "correct", "type": "ALIPAY"})
    assert text_of(second) == "mail [ALIPAY_1] please"
    wrong = client.post(
        reverse("redaction-add", args=[three.pk]), {"words": "不在这里", "type": "PERSON"}
    )
    assert wrong.status_code == 422
    assert "These words do not stand in the text" in wrong.content.decode()
    added = client.post(
        reverse("redaction-add", args=[three.pk]),
        {"words": "暗号七", "type": "PERSON", "deny": "on"},
        follow=True,
    )
    assert "还是" in added.content.decode()  # still the same question
    assert text_of(third) == "还是[PHONE_1]，[PERSON_1]"
    assert [job.kind for job in woken] == ["apply_listed_values"]
    last = client.post(
        reverse("redaction-decide", args=[three.pk]), {"action": "reject"}, follow=True
    ).content.decode()
    assert "it stays replaced" in last
    assert "Nothing waits for review" in last
    file = b"".join(client.get(reverse("redaction-cases")).streaming_content).decode()  # type: ignore[attr-defined]
    cases = [json.loads(line) for line in file.splitlines()]
    assert len(cases) == 3
    assert PHONE not in file
    assert "暗号" not in file
    assert text_of(first) == "打我电话[PHONE_1]"


def test_a_report_stands_in_the_queue_with_who_made_it(cast: SimpleNamespace, engine: None) -> None:
    [review] = bring(source(cast.lanting), "暗号七家的水壶很好")
    personal_data_report(actor=cast.ann, revision=current(review), start=0, end=3, type="PERSON")
    shown = signed_in(cast.pia).get(reverse("redaction-queue")).content.decode()
    assert "reported while labelling" in shown
    assert "(ann)" in shown
    assert "the words come back" in shown
