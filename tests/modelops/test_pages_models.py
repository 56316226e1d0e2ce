"""The pages of the models: what they score, and who may put one in charge."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from modelops.models import ModelVersion
from tests import shop


def signed_in(person: object) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    return client


@pytest.fixture
def versions(cast: SimpleNamespace) -> SimpleNamespace:
    opened = shop.open_shop(cast)
    return SimpleNamespace(
        champion=opened.champion,
        good=shop.model_with_scores("good", "candidate", 0.16),
        bad=shop.model_with_scores("bad", "candidate", -0.02),
    )


def test_each_version_is_compared_with_its_best_baseline_in_words(
    cast: SimpleNamespace, versions: SimpleNamespace
) -> None:
    shown = signed_in(cast.mia).get(reverse("models")).content.decode()
    good = shown.split(versions.good.label)[1]
    assert "beats every baseline" in good
    assert "+0.16" in good
    bad = shown.split(versions.bad.label)[1].split(versions.good.label)[0]
    assert "does not beat every baseline" in bad
    assert "−0.02" in bad


def test_a_version_that_loses_says_why_and_offers_no_button(
    cast: SimpleNamespace, versions: SimpleNamespace
) -> None:
    client = signed_in(cast.max)
    promote = reverse("model-promote", args=[versions.bad.pk])
    shown = client.get(reverse("model", args=[versions.bad.pk])).content.decode()
    assert promote not in shown
    assert "Sentiment, Chinese: its 0.530 does not beat the 0.550" in shown
    refused = client.post(promote, follow=True)
    assert "was not promoted" in refused.content.decode()
    assert ModelVersion.objects.get(pk=versions.bad.pk).state == "candidate"


def test_an_ml_engineer_puts_a_better_version_in_charge(
    cast: SimpleNamespace, versions: SimpleNamespace
) -> None:
    client = signed_in(cast.max)
    promote = reverse("model-promote", args=[versions.good.pk])
    assert promote in client.get(reverse("model", args=[versions.good.pk])).content.decode()
    client.post(promote)
    assert ModelVersion.objects.get(state="champion").pk == versions.good.pk


def test_a_manager_looks_but_does_not_promote(
    cast: SimpleNamespace, versions: SimpleNamespace
) -> None:
    client = signed_in(cast.mia)
    promote = reverse("model-promote", args=[versions.good.pk])
    assert promote not in client.get(reverse("model", args=[versions.good.pk])).content.decode()
    assert client.post(promote).status_code == 403
    assert ModelVersion.objects.get(state="champion").pk == versions.champion.pk


def test_a_card_is_text_and_no_script(cast: SimpleNamespace, versions: SimpleNamespace) -> None:
    shown = signed_in(cast.mia).get(reverse("model", args=[versions.good.pk])).content.decode()
    assert "<td>&lt;script&gt;tiny&lt;/script&gt;</td>" in shown
