"""Labelling by keyboard alone: difficult texts, a network that goes away, Enters pressed twice."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from annotation.models import Annotation, Assignment, Batch, BatchItem, Mention, SamplingDesign
from annotation.services.guidelines import guideline_seed
from annotation.services.questions import questions_seed
from tests import shop
from tests.analytics import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Text, language, words to mark, kind, scope.
CASES = [
    ("水壶很好看，就是盖子漏水，希望把手再长一点", "zh", "把手", "improve", "product"),
    ("👨‍👩‍👧 loved it 👍🏽 but the zip broke", "en", "zip", "issue", "product"),
    ("ＡＢＣ全角，ｗｉｆｉ不稳定🙂🙂", "zh", "ｗｉｆｉ", "issue", "product"),
    ("The 把手 is too short 🇨🇳, please fix", "en", "把手", "improve", "product"),
    ("é decomposed: café handle", "en", "handle", "praise", "product"),
    ("快递员打 [PHONE_1] 态度差", "zh", "态度", "issue", "delivery"),
    ("Please add a USB-C port 🔌", "en", "USB-C port", "add", "product"),
    ("𠮷野家的饭盒，去掉广告", "zh", "广告", "remove", "platform"),
    ("Do not change the 🔘 buttons", "en", "🔘 buttons", "keep", "product"),
    ("👍", "zh", "👍", "praise", "product"),
    ("客服回复慢，包装也差", "zh", "包装", "issue", "service"),
    ("great", "en", "", "", ""),
]
KEYS = {"praise": "p", "issue": "i", "add": "a", "improve": "s", "remove": "d", "keep": "k"}
SCOPES = ["product", "delivery", "service", "price", "platform", "other"]


@pytest.fixture
def batch(cast: SimpleNamespace) -> Batch:
    questions_seed()
    guideline_seed()
    made = Batch.objects.create(
        name="June audit", design=SamplingDesign.UNIFORM, state="open", all_mentions=True
    )
    for text, language, *_ in CASES:
        review = factories.review(cast.lanting, language=language)
        shop.write(review, text)
        BatchItem.objects.create(batch=made, review=review, inclusion_probability=0.5)
    return made


def shown(page: Any) -> str:
    return str(page.locator("#label-text").text_content())


def wait_for(page: Any, state: str) -> None:
    page.wait_for_selector(f"#label[data-state={state}]")


def settle(page: Any) -> None:
    """As long as an Enter is taken for one of the review before."""
    page.wait_for_timeout(320)


def select(page: Any, text: str, words: str) -> None:
    """With the arrow keys, whole characters at a time, from the end of the text."""
    stops = "[...new Intl.Segmenter('en', {granularity: 'grapheme'}).segment(words)].length"
    chip = text.find("[PHONE_1]")
    after = text[text.rindex(words) + len(words) :]
    steps = page.evaluate(f"(words) => {stops}", after)
    page.keyboard.press("End")
    for _ in range(steps):
        page.keyboard.press("ArrowLeft")
    assert chip < text.rindex(words)
    for _ in range(page.evaluate(f"(words) => {stops}", words)):
        page.keyboard.press("Shift+ArrowLeft")


def label(page: Any, double: bool = False) -> str:
    """Answer the review that is shown. Returns its text."""
    page.wait_for_selector("#label:not([data-item=''])")
    text = shown(page)
    [(_, _, words, kind, scope)] = [case for case in CASES if case[0] == text] or [text]
    settle(page)
    if words:
        select(page, text, words)
        page.keyboard.press(KEYS[kind])
        if scope != "product":
            page.keyboard.press("Tab")
            page.keyboard.press(str(SCOPES.index(scope) + 1))
    page.keyboard.press("3" if kind == "issue" else "1")
    page.keyboard.press("r")
    page.keyboard.press("Enter")
    if double:
        page.keyboard.press("Enter")
    return text


def test_twelve_reviews_by_keyboard_each_once_and_every_span_exact(
    visit: Callable[..., Any], cast: SimpleNamespace, batch: Batch
) -> None:
    page = visit("ann")
    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_url("**/label/")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    wait_for(page, "labelling")
    settle(page)
    page.keyboard.press("Enter")  # nothing chosen yet
    page.locator("#label-said.v-asks").wait_for()
    seen = [label(page, double=True) for _ in range(5)]
    page.wait_for_selector("#label[data-waiting='0']")

    page.wait_for_function("Number(document.getElementById('label').dataset.ahead) >= 3")
    page.context.set_offline(True)
    seen += [label(page) for _ in range(3)]
    page.get_by_text("3 answers wait for the network").wait_for()
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert not any(text in kept for text in seen)
    assert Assignment.objects.filter(state="answered").count() == 5
    page.context.set_offline(False)
    page.wait_for_selector("#label[data-waiting='0']")
    while page.locator("#label[data-state=done]").count() == 0:
        page.wait_for_selector("#label[data-item]:not([data-item='']), #label[data-state=done]")
        if page.locator("#label[data-state=done]").count() == 0:
            seen.append(label(page, double=True))
    page.wait_for_selector("#label[data-waiting='0']")

    assert sorted(seen) == sorted(text for text, *_ in CASES)
    assert Assignment.objects.filter(state="answered", annotator=cast.ann).count() == len(CASES)
    assert Annotation.objects.count() == 3 * len(CASES)
    found = {
        (one.revision.text, one.revision.text[one.start : one.end], one.kind, one.scope)
        for one in Mention.objects.select_related("revision")
    }
    assert found == {(case[0], *case[2:]) for case in CASES if case[2]}
    demands = dict(
        Annotation.objects.filter(question__key="product_demand").values_list(
            "revision__text", "choice__key"
        )
    )
    wishes = {"add", "improve", "remove", "keep"}
    assert demands == {case[0]: case[3] if case[3] in wishes else "none" for case in CASES}
    assert min(Assignment.objects.values_list("keys_pressed", flat=True)) >= 3
