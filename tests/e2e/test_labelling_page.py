"""The labelling page itself: quick keys, long texts, a newer guideline, screen readers."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from annotation.models import Annotation, Batch, Guideline, Mention
from annotation.services.qualifying import attempt_begin
from benchmarks.support.labeller import SETTLES, Case, label, shown
from tests.annotation.qualification.doing import made_test
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


# Places a caret stops at, and ends of words, as code points; none falls within a character.
STEPS = """async ([text, language, placeholders]) => {
  const { ReviewText } = await import('/static/annotation/label/text.js');
  const made = new ReviewText(text, language, placeholders);
  const walk = (step) => {
    const found = [];
    for (let at = 0; at < made.length;) found.push(at = step(at));
    return found;
  };
  const back = [];
  for (let at = made.length; at > 0;) back.unshift(at = made.left(at));
  return [walk((at) => made.right(at)), walk((at) => made.wordRight(at)), back];
}"""


# text, language, placeholders; stops by characters, stops by words
TEXTS: list[tuple[str, str, list[Any], list[int], list[int]]] = [
    ("水壶漏水", "zh", [], [1, 2, 3, 4], [2, 4]),
    ("a good kettle", "en", [], list(range(1, 14)), [1, 6, 13]),
    ("👨‍👩‍👧好", "zh", [], [5, 6], [6]),
    ("👍🏽🇨🇳1️⃣", "en", [], [2, 4, 7], [7]),
    ("cafe\u0301 o\u0308k", "en", [], [1, 2, 3, 5, 6, 8, 9], [5, 9]),
    ("ＡＢ 好", "zh", [], [1, 2, 3, 4], [2, 4]),
    ("打[PHONE_1]好", "zh", [[1, 10, "PHONE"]], [1, 10, 11], [1, 10, 11]),
    ("iPhone充电慢", "zh", [], list(range(1, 10)), [6, 8, 9]),
    ("𠮷，质量", "zh", [], [1, 2, 3, 4], [1, 4]),
]


def test_steps_through_a_text_are_whole_characters_and_words(visit: Callable[..., Any]) -> None:
    page = visit("ann")
    for text, language, placeholders, characters, words in TEXTS:
        by_character, by_word, back = page.evaluate(STEPS, [text, language, placeholders])
        assert (text, by_character, by_word) == (text, characters, words)
        assert back == [0, *characters[:-1]]


def test_what_a_mention_is_about_is_chosen_with_the_mouse_too(
    visit: Callable[..., Any], cast: SimpleNamespace
) -> None:
    batch = batch_of(cast, [Case("水壶漏水", "zh")])
    page = visit("ann", "zh-hans", width=400)
    page.goto(f"/label/{batch.pk}/")
    shown(page)
    page.locator("#label-text").dblclick(position={"x": 10, "y": 20})
    page.locator(".v-label-kind-add").click()
    page.locator(".v-label-pick").click()
    page.locator("[data-scope=service]").click()
    page.locator(".v-label-choice", has_text="负面").click()
    page.locator(".v-label-choice", has_text="未提及购买").click()
    page.locator("[data-act=save]").click()
    page.wait_for_selector("#label[data-state=done][data-waiting='0']")
    mention = Mention.objects.get()
    assert mention.revision.text[mention.start : mention.end] == "水壶"
    assert (mention.kind, mention.scope) == ("add", "service")
    demand = Annotation.objects.get(question__key="product_demand")
    assert demand.choice.key == "add"


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
    label(page, BY_TEXT)  # the next review brings word of it
    told = page.locator("#label-banner").get_by_text("新的说法")
    told.wait_for()
    last = label(page, BY_TEXT)
    page.wait_for_selector("#label[data-waiting='0']")
    followed = dict(
        Annotation.objects.filter(question__key="sentiment").values_list(
            "revision__text", "guideline_version"
        )
    )
    assert followed[first] == before.version
    assert followed[last] == before.version + 1
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


def test_the_end_of_a_test_leads_to_its_result_and_promises_no_more_reviews(
    visit: Callable[..., Any], cast: SimpleNamespace
) -> None:
    test = made_test(cast, gold=2, reviews=1, attempts=1)
    attempt_begin(actor=cast.ann, test=test.qualification)
    page = visit("ann")
    page.goto(f"/label/{test.pk}/")
    shown(page)
    page.keyboard.press("1")
    page.keyboard.press("r")
    page.keyboard.press("Enter")
    page.wait_for_selector("#label[data-state=done][data-waiting='0']")
    assert page.locator("#label-empty-title").inner_text() == "The test is over"
    assert "look in again" not in page.locator("#label-empty").inner_text()
    assert not page.locator("#label-more").is_visible()
    page.get_by_role("link", name="See how it went").click()
    page.wait_for_url("**/label/test/**")
