"""The data-quality page, and the cleaning rules of a source."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common.models import Job
from privacy.models import AuditEntry
from reviews.models import ImportBatch, Review, Source
from reviews.selectors.quality import Quality, stand_outs

pytestmark = pytest.mark.django_db


def signed_in(person: object) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    return client


@pytest.fixture
def filled(import_file: Any, csv_file: Callable[..., Path]) -> ImportBatch:
    rows = [
        {"id": "1", "text": "盖子漏水，打 13800138000 找客服", "sku": "K1", "date": "2026-03-03"},
        {
            "id": "2",
            "text": "The lid leaks and the handle is hot",
            "sku": "K1",
            "date": "2026-03-04",
        },
        {"id": "3", "text": "這個蓋子會漏水，把手很燙", "sku": "", "date": "2026-03-10"},
        {"id": "4", "text": "此用户没有填写评价。", "sku": "K1", "date": ""},
        {"id": "5", "text": "", "sku": "K1", "date": "2026-03-04"},
    ]
    batch: ImportBatch = import_file(csv_file(rows))
    return batch


def test_the_counts_of_each_week_are_those_of_its_reviews(
    cast: SimpleNamespace, filled: ImportBatch
) -> None:
    answer = signed_in(cast.mia).get(reverse("quality-csv"), {"period": "all"})
    lines = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    weeks = {line["week"]: line for line in lines}
    first, second = weeks["2026-03-02"], weeks["2026-03-09"]
    assert (first["reviews"], first["zh-Hans"], first["en"], first["redacted"]) == (
        "2", "1", "1", "1",
    )  # fmt: skip
    assert (second["reviews"], second["zh-Hant"], second["missing_product"]) == ("1", "1", "1")
    # Weeks between the reviews and the import are there, and empty.
    assert sum(int(line["reviews"]) for line in lines) == 3
    assert lines[-1]["rows"] == "5"
    assert lines[-1]["refused"] == "1"


def test_weeks_can_be_those_in_which_reviews_came(
    cast: SimpleNamespace, filled: ImportBatch
) -> None:
    answer = signed_in(cast.mia).get(reverse("quality-csv"), {"when": "came"})
    lines = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [(line["reviews"], line["default_text"], line["missing_date"]) for line in lines] == [
        ("4", "1", "1")
    ]


def test_the_page_shows_only_the_readers_stores(cast: SimpleNamespace, filled: ImportBatch) -> None:
    mine = signed_in(cast.mia).get(reverse("quality"), {"period": "all"}).content.decode()
    assert re.search(r"4 reviews; of 5 imported rows 1 were refused", mine)
    theirs = signed_in(cast.bob)
    assert "Nothing to look at" in theirs.get(reverse("quality")).content.decode()
    assert theirs.get(reverse("quality"), {"source": filled.source_id}).status_code == 404
    assert theirs.get(reverse("quality"), {"store": "lanting"}).status_code == 404
    assert theirs.get(reverse("source-rules", args=[filled.source_id])).status_code == 404


def test_what_an_import_cleaned_is_counted_by_rule(filled: ImportBatch) -> None:
    assert filled.cleaned == {"default_texts": 1}


def test_a_rule_that_is_switched_off_no_longer_applies(
    cast: SimpleNamespace,
    filled: ImportBatch,
    import_file: Any,
    csv_file: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    woken: list[Job] = []
    monkeypatch.setattr("common.doorway.wake", woken.append)
    address = reverse("source-rules", args=[filled.source_id])
    page = signed_in(cast.mia).get(address).content.decode()
    on = re.findall(r'name="rule"[^>]*value="(\w+)" checked', page)
    assert "default_texts" in on
    kept = [key for key in on if key not in {"default_texts", "compatible_forms", "bursts"}]
    assert signed_in(cast.mia).post(address, {"rule": kept}).status_code == 302
    assert Source.objects.get(pk=filled.source_id).rules_off == [
        "bursts", "compatible_forms", "default_texts",
    ]  # fmt: skip
    assert [job.arguments for job in woken] == [{"source": filled.source_id, "everything": True}]
    assert AuditEntry.objects.filter(action="source.rules", actor=cast.mia).count() == 1
    import_file(csv_file([{"id": "4", "text": "此用户没有填写评价。", "sku": "Ｋ1", "date": ""}]))
    assert Review.objects.get(external_id="4").left_out == ""


def test_only_managers_and_integrators_switch_rules(
    cast: SimpleNamespace, filled: ImportBatch
) -> None:
    address = reverse("source-rules", args=[filled.source_id])
    assert "Save" not in signed_in(cast.ann).get(address).content.decode()
    assert signed_in(cast.ann).post(address, {}).status_code == 403
    assert Source.objects.get(pk=filled.source_id).rules_off == []


def _weeks(shares: list[int], n: int = 400) -> list[Quality]:
    return [Quality(at, n=n, marked={"spam": share}) for at, share in enumerate(shares)]


def test_a_week_outside_its_control_limits_stands_out() -> None:
    usual = [20, 24, 18, 22, 19, 21, 23]
    assert [one.name for one in stand_outs(_weeks([*usual, 60]), ["spam"])] == ["spam"]
    assert stand_outs(_weeks([*usual, 26]), ["spam"]) == []
    assert stand_outs(_weeks([0] * 7 + [4]), ["spam"]) == []  # certain, but next to nothing
    assert stand_outs(_weeks([20, 60]), ["spam"]) == []  # two weeks have no usual
