"""The officer's pages in a real browser, in both languages."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from privacy.models import PersonRequest
from privacy.people import Identifier
from privacy.services import carrying, requests
from reviews.models import Review, Shopper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person(opened: SimpleNamespace, cast: SimpleNamespace) -> str:
    """A shopper of the shop's with two reviews."""
    from reviews import keys

    shopper = Shopper.objects.create(
        store=cast.lanting, key_hash=keys.shopper_digest("u-20981"), key_version=1
    )
    ids = [review.pk for review in opened.reviews[:2]]
    Review.objects.filter(pk__in=ids).update(shopper=shopper)
    return "u-20981"


def _picture(page: Any, name: str) -> None:
    """Kept where VERBATIM_PICTURES names a folder, for people to look at."""
    if folder := os.environ.get("VERBATIM_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_request_goes_from_the_form_to_the_certificate(
    visit: Callable[..., Any], cast: SimpleNamespace, person: str, language: str
) -> None:
    page = visit("pia", language)
    page.goto("/privacy/requests/")
    _picture(page, f"requests-empty-{language}")
    page.goto("/privacy/requests/new/")
    page.select_option("#id_kind", "erase")
    page.check("#id_stores_0")
    _picture(page, f"request-new-{language}")
    page.fill("#id_by_shopper", person)
    page.click("main .v-primary")
    page.wait_for_selector("#asked")
    made = PersonRequest.objects.get()
    requests.request_look_up(request=made)  # as the worker does
    page.goto(f"/privacy/requests/{made.pk}/")
    assert "2" in page.inner_text("#asked .v-facts >> nth=1")
    _picture(page, f"request-found-{language}")
    page.click("button[value=approve]")
    page.wait_for_selector(".v-state-running")
    made.refresh_from_db()
    carrying.request_carry_out(actor=cast.pia, request=made)
    page.wait_for_selector(".v-pre")  # the page looks by itself
    _picture(page, f"request-done-{language}")
    assert not Review.objects.filter(shopper__isnull=False).exists()
    requests.request_receive(
        actor=cast.pia, kind="export", law="pipl", stores=[cast.lanting.pk, cast.northway.pk],
        identifiers=[Identifier("name", "李伟")],
    )  # fmt: skip
    for address, name in (
        ("/privacy/", "privacy"),
        ("/privacy/requests/?state=all", "requests"),
        ("/privacy/retention/", "retention"),
        ("/privacy/record/", "record"),
    ):
        page.goto(address)
        _picture(page, f"{name}-{language}")
        wide = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert wide, f"{address} is wider than the window"


def test_a_manager_does_not_see_the_officers_pages(visit: Callable[..., Any]) -> None:
    page = visit("mia")
    assert page.get_by_role("link", name="Requests of people").count() == 0
