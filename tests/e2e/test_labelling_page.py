"""The labelling page itself: quick keys, long texts, a newer guideline, screen readers."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from annotation.models import Annotation, Batch, Guideline
from benchmarks.support.labeller import SETTLES, Case, label, shown
from tests.e2e.batches import BY_TEXT, batch_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Of the shell around every page, which is another's; the rest has to hold.
ELSEWHERE = {"region"}

# As quick as nobody is: the key comes before the browser tells that something is selected.
AT_ONCE = """(kind) => {
  const node = document.querySelector('#label-text').firstChild;
  getSelection().setBaseAndExtent(node, 0, node, 2);
  const key = new KeyboardEvent('keydown', {key: kind, bubbles: true, cancelable: true});
  document.getElementById('label-text').dispatchEvent(key);
}"""


def test_a_key_right_after_a_selection_marks_it(
    visit: Callable[..., Any], cast: SimpleNamespace
) -> None:
    batch = batch_of(cast, [Case("水壶很好看", "zh")])
    page = visit("ann")
    page.goto(f"/label/{batch.pk}/")
    shown(page)
    page.evaluate(AT_ONCE, "p")
    assert page.locator("#label-mentions mark").all_inner_texts() == ["水壶"]


def test_in_a_long_text_the_caret_stays_in_sight_and_the_answers_too(
    visit: Callable[..., Any], cast: SimpleNamespace
) -> None:
    text = "盖子漏水，把手太短，水位线看不清。" * 60 + "希望出一个大的"
    batch = batch_of(cast, [Case(text, "zh")])
    page = visit("ann", "zh-hans")
    page.goto(f"/label/{batch.pk}/")
    shown(page)
    sights = """() => {
      const box = document.getElementById('label-text').getBoundingClientRect();
      const caret = document.getElementById('label-caret').getBoundingClientRect();
      const save = document.querySelector('[data-act=save]').getBoundingClientRect();
      return [caret.top >= box.top && caret.bottom <= box.bottom, save.bottom <= innerHeight];
    }"""
    page.keyboard.press("End")
    assert page.evaluate(sights) == [True, True]
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("a")
    assert page.locator("#label-mentions mark").all_inner_texts() == ["的"]
    for _ in range(12):
        page.keyboard.press("ArrowUp")
    assert page.evaluate(sights) == [True, True]
    page.keyboard.press("Home")
    assert page.evaluate(sights) == [True, True]


def test_a_newer_guideline_is_told_and_each_answer_says_which_it_followed(
    visit: Callable[..., Any], cast: SimpleNamespace, batch: Batch
) -> None:
    page = visit("ann", "zh-hans")
    page.goto(f"/label/{batch.pk}/")
    first = label(page, BY_TEXT)
    page.wait_for_selector("#label[data-waiting='0']")
    before = Guideline.objects.get()
    title = before.text_zh.split("### ")[1].splitlines()[0]
    Guideline.objects.create(
        version=before.version + 1,
        text_en=before.text_en,
        text_zh=before.text_zh.replace(f"### {title}", "### 新的说法", 1),
    )
    second = label(page, BY_TEXT)
    told = page.locator("#label-banner").get_by_text("新的说法")
    told.wait_for()
    third = label(page, BY_TEXT)
    page.wait_for_selector("#label[data-waiting='0']")
    followed = dict(
        Annotation.objects.filter(question__key="sentiment").values_list(
            "revision__text", "guideline_version"
        )
    )
    assert followed[first] == followed[second] == before.version
    assert followed[third] == before.version + 1
    page.get_by_role("button", name="去看看").click()
    page.locator("#label-rules").get_by_text("新的说法").wait_for()
    assert told.count() == 0


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_screen_readers_find_nothing_amiss(
    visit: Callable[..., Any], cast: SimpleNamespace, batch: Batch, language: str
) -> None:
    page = visit("ann", language, expected="status of")
    amiss: list[tuple[str, str]] = []

    def look(where: str) -> None:
        found = Axe().run(page).response["violations"]
        amiss.extend((where, one["id"]) for one in found if one["id"] not in ELSEWHERE)

    page.goto("/label/")
    look("batches")
    page.goto(f"/label/{batch.pk}/")
    shown(page)
    page.keyboard.press("1")
    page.keyboard.press("End")
    page.keyboard.press("Shift+Control+ArrowLeft")
    page.keyboard.press("i")
    page.keyboard.press("Tab")
    look("marked")
    for key in ("f", "x", "?"):
        page.keyboard.press("Escape")
        page.keyboard.press(key)
        page.locator("dialog[open]").wait_for()
        look(key)
        page.keyboard.press("Escape")
    page.keyboard.press("Home")
    page.keyboard.press("Shift+Control+ArrowRight")
    page.keyboard.press("o")
    look("o")
    page.keyboard.press("Escape")
    page.context.set_offline(True)
    page.keyboard.press("r")
    page.wait_for_timeout(SETTLES)
    page.keyboard.press("Enter")
    page.locator("#label-banner .v-alert").wait_for()
    look("offline")
    page.context.set_offline(False)
    assert not amiss
