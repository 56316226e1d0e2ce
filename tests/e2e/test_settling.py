"""A lead settles answers by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from annotation.models import Adjudication
from tests.annotation.labelled import annotator, batch, labelled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_answers_are_settled_undone_and_settled_by_keys_alone(
    visit: Callable[..., Any], opened: SimpleNamespace, cast: SimpleNamespace
) -> None:
    into, bea = batch(), annotator("bea", cast.lanting)
    for text in ("水壶很好看，就是盖子有点松😀", "一般般吧"):
        labelled(
            into,
            cast.lanting,
            text,
            {
                cast.ann: {"sentiment": "positive", "purchase_intent": "none"},
                bea: {"sentiment": "neutral", "purchase_intent": "want"},
            },
        )
    page = visit("max")
    page.goto(reverse("adjudicate"))
    first = page.locator("article .v-text").inner_text()
    page.keyboard.press("a")
    page.wait_for_function(
        "before => document.querySelector('article .v-text').innerText !== before", arg=first
    )
    page.keyboard.press("z")
    page.wait_for_function(
        "before => document.querySelector('article .v-text')?.innerText === before", arg=first
    )
    assert not Adjudication.objects.filter(replaced_at=None).exists()
    page.keyboard.press("3")
    page.keyboard.press("Enter")  # one answer is missing: the page goes to it
    assert page.evaluate("document.activeElement.name") == "choice-purchase_intent"
    page.keyboard.press("w")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    found = {
        one.question.key: one.choice.key for one in Adjudication.objects.filter(replaced_at=None)
    }
    assert found == {"sentiment": "negative", "purchase_intent": "considering"}
    page.keyboard.press("b")
    page.wait_for_selector("text=Everything is settled")
    assert Adjudication.objects.filter(replaced_at=None).count() == 4
