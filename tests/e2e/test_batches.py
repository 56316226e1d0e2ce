"""Batches for leads in a real browser, in both languages."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from annotation.models import AuditRate, Batch, BatchItem
from annotation.services.audit import audit_batch
from annotation.services.guidelines import guideline_seed
from annotation.services.questions import questions_seed
from reviews.models import Review
from tests import shop

pytestmark = pytest.mark.django_db(transaction=True)


def _picture(page: Any, name: str) -> None:
    """Kept where VERBATIM_PICTURES names a folder, for people to look at."""
    if folder := os.environ.get("VERBATIM_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.fixture
def sampled(opened: SimpleNamespace, cast: SimpleNamespace) -> SimpleNamespace:
    """Three days of an audit sample; no review is drawn by chance beside."""
    BatchItem.objects.all().delete()
    questions_seed()
    guideline_seed()
    today = timezone.localdate()
    AuditRate.objects.all().delete()
    AuditRate.objects.create(from_day=today - timedelta(days=30), rate=0.02)
    for ago, review in enumerate(opened.theirs[:3]):
        came = timezone.now() - timedelta(days=ago)
        Review.objects.filter(pk=review.pk).update(
            created_at=came, left_out="spam" if ago == 2 else ""
        )
        BatchItem.objects.create(batch=audit_batch(), review=review, inclusion_probability=0.02)
    shop.write(opened.reviews[0], "盖子漏水，已经是第二次了 🙁")
    return opened


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_lead_sees_what_fits_while_filling_in_and_draws_it(
    visit: Callable[..., Any], sampled: SimpleNamespace, language: str
) -> None:
    page = visit("max", language, expected="422")
    page.goto("/batches/")
    _picture(page, f"batches-empty-{language}")
    page.keyboard.press("n")
    page.wait_for_url("**/batches/new/")
    count = page.locator("#frame strong")
    assert count.inner_text() == "23"  # 14 and 12, without the three of the audit sample
    page.fill("#id_words", "盖子")
    page.keyboard.press("Tab")
    page.wait_for_function("document.querySelector('#frame strong').textContent === '2'")
    assert page.locator("#frame li").count() == 2
    page.fill("#id_words", "")
    page.keyboard.press("Tab")
    page.wait_for_function("document.querySelector('#frame strong').textContent === '23'")
    groups = page.locator("#id_strata")
    assert not groups.is_visible(), "of the design that is chosen alone"
    page.check("input[name=design][value=stratified]")
    assert groups.is_visible()
    page.select_option("#id_strata", "category")
    page.fill("#id_name", "三月抽样 March")
    page.fill("#id_size", "8")
    page.fill("#id_overlap", "2")
    page.fill("#id_due_on", (timezone.localdate() - timedelta(days=1)).isoformat())
    _picture(page, f"batch-new-{language}")
    page.click("main .v-primary")
    page.wait_for_url("**/batches/*/")
    made = Batch.objects.get(name="三月抽样 March")
    assert (made.items.count(), made.frame_size) == (8, 23)
    _picture(page, f"batch-led-{language}")
    page.goto("/batches/")
    _picture(page, f"batches-{language}")
    page.goto(f"/batches/gold/{sampled.reviews[3].pk}/")
    page.check("input[name=sentiment][value=positive]")
    _picture(page, f"gold-{language}")
    page.goto("/batches/new/")
    page.check("input[name=design][value=uncertainty]")
    page.fill("#id_name", "三月抽样 March")
    page.click("main .v-primary")
    page.wait_for_selector(".v-alert")
    _picture(page, f"batch-refused-{language}")
