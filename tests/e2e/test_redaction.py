"""The review queue by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from reviews.models import Doubt
from tests.reviews.redaction_shop import bring, source, text_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_queue_is_worked_off_by_keyboard(
    visit: Callable[..., Any], opened: SimpleNamespace, cast: SimpleNamespace, settings: Any
) -> None:
    settings.VERBATIM_TEXT_SERVICE = "/nowhere/text.sock"
    shop = source(cast.lanting, "queue", doubt_below=1.0)
    _, second, third = bring(
        shop, "打我电话13812345678", "mail anna@mail.com, says Zyx", "qq 284417563 ok"
    )
    page = visit("pia")
    page.goto(reverse("redaction-queue"))
    page.keyboard.press("y")
    page.get_by_text("Confirmed.").wait_for()
    page.keyboard.press("a")  # more in this text
    page.keyboard.type("Zyx")
    page.keyboard.press("Enter")
    page.get_by_text("Replaced in this text.").wait_for()
    assert text_of(second) == "mail [EMAIL_1], says [PERSON_1]"
    page.keyboard.press("c")  # another type
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Corrected").wait_for()
    page.keyboard.press("s")  # pass over
    page.get_by_text("That was the last one").wait_for()
    page.get_by_role("link", name="From the start").press("Enter")
    page.locator(".v-found-asked").wait_for()
    page.keyboard.press("n")
    page.get_by_text("Nothing waits for review").wait_for()
    assert text_of(third) == "qq [QQ_1] ok"
    states = (
        Doubt.objects.filter(review__source=shop).order_by("pk").values_list("state", flat=True)
    )
    assert sorted(states) == ["confirmed", "confirmed", "corrected", "rejected"]
    for width in (400,):
        page.set_viewport_size({"width": width, "height": 900})
        for name in ("redaction-queue", "redaction-try", "redaction-policies", "redaction-lists"):
            page.goto(reverse(name))
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        page.goto(reverse("redaction-policy", args=[shop.pk]))
        assert page.evaluate("document.documentElement.scrollWidth") <= width
