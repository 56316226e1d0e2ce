"""A manager's walk through the site, and its keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Visit = Callable[..., Any]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_from_a_figure_to_its_sentences_and_on_to_the_model(
    visit: Visit, opened: SimpleNamespace, language: str
) -> None:
    page = visit(language=language)
    assert page.evaluate("document.documentElement.lang") == language
    drawn = page.locator("canvas[data-chart]")
    assert drawn.count() == 4
    assert page.evaluate(
        "[...document.querySelectorAll('canvas[data-chart]')].every((one) => Chart.getChart(one))"
    )
    page.locator("section.v-figure-card a[href*='sentiment=positive']").click()
    page.wait_for_url("**/reviews/?**")
    assert "period=30" in page.url
    assert page.locator("article.v-review").count() == 9
    assert page.locator(".v-found").inner_text().startswith("9 ")
    page.locator("article.v-review a[data-open]").first.click()
    page.wait_for_url(re.compile(r"/reviews/\d+/$"))
    assert page.locator(".v-bars").count() == 3
    page.locator("aside a", has_text=opened.champion.label).click()
    page.wait_for_url(f"**{reverse('model', args=[opened.champion.pk])}")
    page.go_back()
    page.go_back()
    assert "sentiment=positive" in page.url
    assert page.locator("select[name=sentiment]").input_value() == "positive"


def test_a_filter_goes_into_the_address_and_back_undoes_it(
    visit: Visit, opened: SimpleNamespace
) -> None:
    page = visit()
    page.select_option("select[name=language]", "zh")
    page.wait_for_url("**language=zh**")
    assert "store=" not in page.url  # empty fields stay out of the address
    page.go_back()
    page.wait_for_function("!location.search.includes('language')")
    assert page.locator("select[name=language]").is_enabled()


def test_days_of_ones_own_take_the_place_of_a_period_and_back(
    visit: Visit, opened: SimpleNamespace
) -> None:
    page = visit()
    page.fill("input[name=from]", "2026-03-12")
    page.wait_for_url("**from=2026-03-12**")
    page.fill("input[name=to]", "2026-03-15")
    page.wait_for_url("**to=2026-03-15**")
    assert "period=" not in page.url
    assert "Mar 12, 2026 to Mar 15, 2026" in re.sub(
        r"March", "Mar", page.locator("main.v-page").inner_text()
    )
    page.goto(f"{reverse('reviews')}?{page.url.partition('?')[2]}")
    assert page.locator("article.v-review").count() == 4
    assert page.input_value("input[name=to]") == "2026-03-15"
    page.select_option("select[name=period]", "all")
    page.wait_for_url("**period=all**")
    assert "from=" not in page.url
    assert page.input_value("input[name=from]") == ""


def test_the_keyboard_reaches_everything(visit: Visit, opened: SimpleNamespace) -> None:
    page = visit()
    page.keyboard.press("?")
    assert page.locator("#keyboard-help").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#keyboard-help").is_visible()
    page.keyboard.press("t")
    assert page.locator("details[data-table] table").is_visible()
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url("**/reviews/")
    page.keyboard.press("/")
    page.keyboard.type("g r 漏水")  # keys in a field are text
    assert page.locator("[data-search]").input_value() == "g r 漏水"
    page.fill("[data-search]", "漏水")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=**")
    assert page.locator("article.v-review").count() == 1
    page.keyboard.press("ArrowDown")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('review', args=[opened.latest.pk])}")
    page.keyboard.press("Escape")  # up to the list as it was left
    page.wait_for_url("**/reviews/?q=**")
    assert page.locator("article.v-review").count() == 1
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url("**/models/")


def test_no_page_is_wider_than_a_telephone(visit: Visit, opened: SimpleNamespace) -> None:
    page = visit("alice", width=400)
    routes = ("dashboard", "reviews", "products", "imports", "import-new", "models", "jobs")
    urls = [reverse(route) for route in routes]
    urls += [
        reverse("review", args=[opened.latest.pk]),
        reverse("product", args=[opened.kettle.pk]),
        reverse("import", args=[opened.batch.pk]),
        reverse("model", args=[opened.champion.pk]),
        reverse("job", args=[opened.job.pk]),
    ]
    for url in urls:
        page.goto(url)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") <= 400, url


def test_a_job_moves_on_the_page_and_stops_when_it_is_cancelled(
    visit: Visit, opened: SimpleNamespace
) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from common.models import Job

    page = visit()
    page.goto(reverse("job", args=[opened.job.pk]))
    Job.objects.filter(pk=opened.job.pk).update(
        state="running",
        stage="importing",
        done=300,
        total=1200,
        started_at=timezone.now() - timedelta(seconds=30),
        lease_until=timezone.now() + timedelta(minutes=5),
    )
    page.get_by_text("300 of 1,200").wait_for(timeout=6000)
    page.locator("form[action$='/cancel/'] button").click()
    page.wait_for_load_state()
    assert Job.objects.get(pk=opened.job.pk).cancel_requested
    assert page.locator(".v-state").inner_text() == "Stopping"
