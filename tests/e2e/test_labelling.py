"""Labelling by keyboard alone: difficult texts, a network that goes away, Enters pressed twice."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from annotation.models import Annotation, Assignment, Batch, BatchItem, Mention, SamplingDesign
from annotation.services.guidelines import guideline_seed
from annotation.services.questions import questions_seed
from benchmarks.support.labeller import CASES, SETTLES, label
from tests import shop
from tests.analytics import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BY_TEXT = {case.text: case for case in CASES}


@pytest.fixture
def batch(cast: SimpleNamespace) -> Batch:
    questions_seed()
    guideline_seed()
    made = Batch.objects.create(
        name="June audit", design=SamplingDesign.UNIFORM, state="open", all_mentions=True
    )
    for case in CASES:
        review = factories.review(cast.lanting, language=case.language)
        shop.write(review, case.text)
        BatchItem.objects.create(batch=made, review=review, inclusion_probability=0.5)
    return made


def test_twelve_reviews_by_keyboard_each_once_and_every_span_exact(
    visit: Callable[..., Any], cast: SimpleNamespace, batch: Batch
) -> None:
    page = visit("ann")
    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_url("**/label/")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("#label[data-state=labelling]")
    page.wait_for_timeout(SETTLES)
    page.keyboard.press("Enter")  # nothing chosen yet
    page.locator("#label-said.v-asks").wait_for()
    seen = [label(page, BY_TEXT, double=True) for _ in range(5)]
    page.wait_for_selector("#label[data-waiting='0']")

    page.wait_for_function("Number(document.getElementById('label').dataset.ahead) >= 3")
    page.context.set_offline(True)
    seen += [label(page, BY_TEXT) for _ in range(3)]
    page.get_by_text("3 answers wait for the network").wait_for()
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert not any(text in kept for text in seen)
    assert Assignment.objects.filter(state="answered").count() == 5
    page.context.set_offline(False)
    page.wait_for_selector("#label[data-waiting='0']")
    while page.locator("#label[data-state=done]").count() == 0:
        page.wait_for_selector("#label[data-item]:not([data-item='']), #label[data-state=done]")
        if page.locator("#label[data-state=done]").count() == 0:
            seen.append(label(page, BY_TEXT, double=True))
    page.wait_for_selector("#label[data-waiting='0']")

    assert sorted(seen) == sorted(BY_TEXT)
    assert Assignment.objects.filter(state="answered", annotator=cast.ann).count() == len(CASES)
    assert Annotation.objects.count() == 3 * len(CASES)
    found = {
        (one.revision.text, one.revision.text[one.start : one.end], one.kind, one.scope)
        for one in Mention.objects.select_related("revision")
    }
    assert found == {case.marked for case in CASES if case.words}
    demands = dict(
        Annotation.objects.filter(question__key="product_demand").values_list(
            "revision__text", "choice__key"
        )
    )
    wishes = {"add", "improve", "remove", "keep"}
    assert demands == {case.text: case.kind if case.kind in wishes else "none" for case in CASES}
    assert not Assignment.objects.filter(keys_pressed__lt=3).exists()
