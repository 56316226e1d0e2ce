"""What happens while somebody labels: an input method, another tab, another person, another set."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from annotation.models import Annotation, Assignment, Batch, Choice, Mention
from annotation.services.label_sets import label_set_change
from benchmarks.support.labeller import SETTLES, Case, label, select, shown
from reviews.models import Doubt
from tests.e2e.batches import BY_TEXT, batch_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# A key as an input method leaves it to the page; playwright's own keyboard has none.
TAKEN = """([where, key, code]) => document.querySelector(where).dispatchEvent(new KeyboardEvent(
  'keydown', {key, code, keyCode: 229, bubbles: true, cancelable: true}))"""
TYPED = """(key) => document.getElementById('label-text').dispatchEvent(
  new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}))"""


def checked(page: Any) -> list[str]:
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('#label-questions input:checked')].map((one) => one.value)"
    )
    return found


def test_what_an_input_method_has_taken_answers_nothing(
    visit: Callable[..., Any], cast: SimpleNamespace, batch: Batch
) -> None:
    page = visit("ann", "zh-hans")
    page.goto(f"/label/{batch.pk}/")
    first = shown(page)
    for key, code in (("Process", "Digit1"), ("q", "KeyQ"), ("Enter", "Enter")):
        page.evaluate(TAKEN, ["#label-text", key, code])
    assert checked(page) == []
    page.locator("#label-said").get_by_text("输入法").wait_for()

    # Enter ends a word of the input method, not the comment.
    page.keyboard.press("c")
    told = page.context.new_cdp_session(page)
    told.send("Input.imeSetComposition", {"text": "ma", "selectionStart": 2, "selectionEnd": 2})
    page.evaluate(TAKEN, ["#label-comment", "Enter", "Enter"])
    told.send("Input.insertText", {"text": "吗"})
    assert page.evaluate("document.activeElement.id") == "label-comment"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "label-text"
    assert page.locator("#label-comment").input_value() == "吗"

    # In a menu and the search of the rules neither.
    page.keyboard.press("x")
    page.evaluate(TAKEN, ["#label-skip button", "Process", "Digit1"])
    assert page.locator("#label-skip").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.evaluate(TAKEN, ["#label-search", "Escape", "Escape"])
    assert page.locator("#label-panel").is_visible()
    page.keyboard.press("Escape")

    # Full width is how some of them send what they leave alone.
    for key in "１ｒ":
        page.evaluate(TYPED, key)
    assert checked(page) == ["positive", "none"]
    assert shown(page) == first


def test_words_reported_without_a_network_are_covered_and_go_when_it_is_back(
    visit: Callable[..., Any], cast: SimpleNamespace
) -> None:
    text = "ask Zyx 👍🏽 about the lid"
    case = Case(text, "en", "lid", "issue", "product")
    batch = batch_of(cast, [case, Case("great", "en")])
    page = visit("ann")
    page.goto(f"/label/{batch.pk}/")
    if shown(page) != text:
        label(page, {"great": Case("great", "en")})
    page.wait_for_selector("#label[data-waiting='0']")
    page.context.set_offline(True)
    select(page, Case(text, "en", "Zyx"))
    page.keyboard.press("o")
    page.keyboard.press("1")
    covered = page.locator("#label-text .v-covered")
    covered.wait_for()
    assert covered.inner_text() == "Zyx"
    assert "Zyx" not in (page.locator("#label-text").get_attribute("aria-label") or "")
    page.get_by_text("personal data waits for the network").wait_for()
    label(page, {text: case})
    page.get_by_text("1 answer waits").wait_for()
    assert not Doubt.objects.exists()
    page.context.set_offline(False)
    page.wait_for_function("document.documentElement.dataset.unsent === '0'")
    mention = Mention.objects.select_related("revision").get()
    assert mention.revision.text == "ask [PERSON_1] 👍🏽 about the lid"
    assert mention.revision.text[mention.start : mention.end] == "lid"
    assert Doubt.objects.get().created_by == cast.ann
    assert Annotation.objects.filter(flags=["personal_data"]).count() == 3
    assert page.locator("#label-banner").inner_text() == ""


def test_two_tabs_of_one_person_do_not_ask_the_same_twice_and_a_reload_loses_nothing(
    visit: Callable[..., Any], cast: SimpleNamespace, batch: Batch
) -> None:
    page = visit("ann")
    page.goto(f"/label/{batch.pk}/")
    other = page.context.new_page()
    other.goto(f"/label/{batch.pk}/")
    assert shown(other) == shown(page)
    first = label(page, BY_TEXT)
    second = shown(page)
    other.wait_for_function(
        "(text) => document.getElementById('label-text').textContent === text", arg=second
    )
    # What was begun stays, and the later answer counts.
    other.keyboard.press("2")
    label(page, BY_TEXT)
    page.wait_for_selector("#label[data-waiting='0']")
    assert shown(other) == second
    other.keyboard.press("r")
    other.keyboard.press("Enter")
    other.wait_for_selector("#label[data-waiting='0']")
    answered = Assignment.objects.filter(state="answered", annotator=cast.ann)
    assert sorted(answered.values_list("revision__text", flat=True)) == sorted([first, second])
    last = Annotation.objects.get(revision__text=second, question__key="sentiment")
    assert last.choice.key == "neutral"
    other.close()

    third = shown(page)
    page.keyboard.press("3")
    page.keyboard.press("f")
    page.keyboard.press("u")
    page.keyboard.press("Escape")
    page.wait_for_function("Object.keys(localStorage).some((key) => key.includes('.draft.'))")
    page.reload()
    assert shown(page) == third
    assert checked(page) == ["negative"]
    assert page.locator("#label-flagged-words").inner_text() == "unsure"


def test_who_signs_in_in_another_tab_sends_nothing_of_who_was_here(
    visit: Callable[..., Any], cast: SimpleNamespace, batch: Batch
) -> None:
    page = visit("ann", expected="status of 403")
    page.goto(f"/label/{batch.pk}/")
    shown(page)
    other = page.context.new_page()
    other.goto("/")
    other.evaluate("document.getElementById('logout-form').requestSubmit()")
    other.wait_for_url("**/logout/**")
    other.goto("/")
    for field, words in (("username", "max"), ("password", cast.password)):
        other.fill(f"#id_{field}", words)
    other.press("#id_password", "Enter")
    other.wait_for_selector("main.v-page")
    first = label(page, BY_TEXT)
    page.get_by_text("You are signed out").wait_for()
    assert not Annotation.objects.exists()
    assert page.locator("#label").get_attribute("data-waiting") == "1"
    # The list of the other person sends what is theirs, and only that.
    other.goto("/label/")
    other.wait_for_function("document.documentElement.dataset.unsent === '0'")
    assert not Assignment.objects.exclude(state="taken").exists()
    page.context.clear_cookies()
    page.get_by_role("link", name="Sign in again").click()
    page.fill("#id_username", "ann")
    page.fill("#id_password", cast.password)
    page.press("#id_password", "Enter")
    page.wait_for_selector("#label[data-state=labelling][data-waiting='0']")
    stored = Assignment.objects.get(state="answered")
    assert (stored.annotator, stored.revision.text) == (cast.ann, first)


def test_changed_choices_are_told_and_old_ones_are_not_sent_again(
    visit: Callable[..., Any], cast: SimpleNamespace, batch: Batch
) -> None:
    page = visit("ann", expected="status of 400")
    page.goto(f"/label/{batch.pk}/")
    shown(page)
    split = {
        "op": "split",
        "choice": "neutral",
        "into": [
            {"key": "so_so", "name_en": "so-so", "name_zh": "一般", "polarity": 0},
            {"key": "no_view", "name_en": "no view", "name_zh": "无看法", "polarity": 0},
        ],
    }
    label_set_change(actor=cast.ann, question="sentiment", changes=[split])
    page.keyboard.press("2")
    page.keyboard.press("r")
    page.keyboard.press("Enter")
    page.get_by_text("One answer was not accepted (Sentiment)").wait_for()
    page.get_by_role("link", name="Load it again").click()
    page.get_by_role("button", name="Look at it").click()
    page.wait_for_selector("#label[data-state=back]")
    assert checked(page) == ["none"]
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    page.wait_for_selector("#label[data-state=labelling][data-waiting='0']")
    assert page.locator("#label-banner").inner_text() == ""
    chosen = Annotation.objects.get(question__key="sentiment").choice
    assert chosen in Choice.objects.filter(question__active=True)


def test_a_pause_is_not_counted_and_an_answer_of_another_batch_is_sent_from_here(
    visit: Callable[..., Any], cast: SimpleNamespace, batch: Batch
) -> None:
    more = batch_of(cast, [Case("fine", "en")], "July")
    page = visit("ann")
    page.clock.install()
    page.goto(f"/label/{batch.pk}/")
    first = shown(page)
    page.clock.fast_forward(20_000)
    page.keyboard.press("1")
    page.clock.fast_forward(50 * 60_000)
    page.route("**/answer/", lambda route: route.abort("internetdisconnected"))
    label(page, BY_TEXT)
    page.wait_for_selector("#label[data-waiting='1']")
    page.wait_for_function("Object.keys(localStorage).some((key) => /[.]\\d+$/.test(key))")
    page.unroute("**/answer/")
    page.goto(f"/label/{more.pk}/")
    shown(page)
    page.wait_for_function("document.documentElement.dataset.unsent === '0'")
    stored = Assignment.objects.get(state="answered")
    assert stored.revision.text == first
    assert 79 <= stored.seconds_spent < 1000  # of three thousand
    with page.expect_response("**/last/"):
        page.goto(f"/label/{batch.pk}/")
    shown(page)
    page.wait_for_timeout(SETTLES)
    page.keyboard.press("z")
    page.wait_for_selector("#label[data-state=back]")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    page.wait_for_selector("#label[data-state=labelling][data-waiting='0']")
    again = Assignment.objects.get(state="answered")
    assert again.seconds_spent >= stored.seconds_spent  # of both times together
