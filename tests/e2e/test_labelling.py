"""Labelling by keyboard alone: difficult texts, a network that goes away, Enters pressed twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from annotation.models import Annotation, Assignment, Batch, BatchItem, Mention, SamplingDesign
from benchmarks.support.labeller import READS, SETTLES, cases, label, shown
from reviews.models import TextRevision
from tests.e2e.batches import BY_TEXT, batch_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIFTY = cases(50)


def test_fifty_reviews_by_keyboard_each_once_and_every_span_exact(
    visit: Callable[..., Any], cast: SimpleNamespace
) -> None:
    batch_of(cast, FIFTY.values())
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
    seen = [label(page, FIFTY, double=True) for _ in range(25)]
    page.wait_for_selector("#label[data-waiting='0']")

    page.wait_for_function("Number(document.getElementById('label').dataset.ahead) >= 3")
    page.context.set_offline(True)
    seen += [label(page, FIFTY, double=True) for _ in range(3)]
    page.get_by_text("3 answers wait for the network").wait_for()
    assert Assignment.objects.filter(state="answered").count() == 25
    page.context.set_offline(False)
    page.wait_for_selector("#label[data-waiting='0']")
    while page.locator("#label[data-state=done]").count() == 0:
        page.wait_for_selector("#label[data-item]:not([data-item='']), #label[data-state=done]")
        if page.locator("#label[data-state=done]").count() == 0:
            seen.append(label(page, FIFTY, double=True))
    page.wait_for_selector("#label[data-waiting='0']")

    assert sorted(seen) == sorted(FIFTY)
    answered = Assignment.objects.filter(state="answered", annotator=cast.ann)
    assert answered.count() == len(FIFTY)
    in_order = answered.order_by("ended_at").values_list("revision__text", flat=True)
    assert list(in_order) == seen
    assert Annotation.objects.count() == 3 * len(FIFTY)
    found = {
        (one.revision.text, one.revision.text[one.start : one.end], one.kind, one.scope)
        for one in Mention.objects.select_related("revision")
    }
    wanted = FIFTY.values()
    assert found == {case.marked for case in wanted if case.words}
    demands = dict(
        Annotation.objects.filter(question__key="product_demand").values_list(
            "revision__text", "choice__key"
        )
    )
    wishes = {"add", "improve", "remove", "keep"}
    assert demands == {case.text: case.kind if case.kind in wishes else "none" for case in wanted}
    assert not Assignment.objects.filter(keys_pressed__lt=3).exists()


def put_in_hand(page: Any, text: str) -> None:
    """Skip what comes before the review with `text`."""
    while shown(page) != text:
        page.keyboard.press("x")
        page.keyboard.press("6")


def test_back_to_an_answer_a_mouse_a_reload_and_a_refusal(
    visit: Callable[..., Any], cast: SimpleNamespace, batch: Batch
) -> None:
    page = visit("ann", "zh-hans", width=400, expected="status of 404")
    page.goto(f"/label/{batch.pk}/")
    first = label(page, BY_TEXT)
    second = shown(page)
    assert first != second

    # Back, with the answer as it was given; Enter brings us forward again.
    page.keyboard.press("z")
    page.wait_for_selector("#label[data-state=back]")
    assert shown(page) == first
    assert page.locator("input[name=sentiment]:checked").count() == 1
    page.wait_for_timeout(SETTLES)
    page.keyboard.press("2")
    page.keyboard.press("f")
    page.keyboard.press("u")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_selector("#label[data-state=labelling][data-waiting='0']")
    assert shown(page) == second
    stored = Annotation.objects.get(question__key="sentiment")
    assert (stored.choice.key, stored.flags) == ("neutral", ["unsure"])

    # Words chosen with the mouse; an emoji is taken whole.
    put_in_hand(page, "ＡＢＣ全角，ｗｉｆｉ不稳定🙂🙂")
    box = page.evaluate(
        """() => {
          const node = document.querySelector('#label-text').firstChild;
          const range = document.createRange(), at = node.data.indexOf('🙂');
          range.setStart(node, at);
          range.setEnd(node, at + 2);
          const { left, right, top, height } = range.getBoundingClientRect();
          return [left + 1, right - 1, top + height / 2];
        }"""
    )
    page.mouse.move(box[0], box[2])
    page.mouse.down()
    page.mouse.move(box[1], box[2], steps=4)
    page.mouse.up()
    page.locator(".v-label-kind-praise").click()
    assert page.locator("#label-mentions mark").all_inner_texts() == ["🙂"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 400

    # Past the edge of the text: up to there. Elsewhere: nothing is marked.
    page.mouse.click(box[0], box[2], click_count=3)
    page.wait_for_timeout(SETTLES)  # the browser tells of a selection after the click, not with it
    page.keyboard.press("p")
    marks = page.locator("#label-mentions mark")
    assert "ＡＢＣ全角，ｗｉｆｉ不稳定🙂🙂" in marks.all_inner_texts()
    page.evaluate("getSelection().selectAllChildren(document.getElementById('label-questions'))")
    page.wait_for_timeout(SETTLES)
    page.keyboard.press("d")
    page.locator("#label-said.v-asks").wait_for()
    assert marks.count() == 2

    # An answer that waits survives a reload; one that comes late is told, and stays until seen.
    page.context.set_offline(True)
    page.keyboard.press("1")
    page.keyboard.press("r")
    page.wait_for_timeout(SETTLES)
    page.keyboard.press("Enter")
    page.get_by_text("有 1 条答案等待联网").wait_for()
    late = Assignment.objects.get(state="taken", revision__text__startswith="ＡＢＣ")
    Assignment.objects.filter(pk=late.pk).update(annotator=cast.max)  # somebody else's by now
    page.context.set_offline(False)
    page.reload()
    page.get_by_role("button", name="知道了").click()
    page.wait_for_selector("#label-banner:empty", state="attached")
    assert not page.evaluate("Object.keys(localStorage).some((key) => /[.]\\d+$/.test(key))")


def test_answers_outlast_pages_that_are_not_ours_and_a_later_one_elsewhere(
    visit: Callable[..., Any], cast: SimpleNamespace, batch: Batch
) -> None:
    page = visit("ann", expected="Failed to load resource")
    page.goto(f"/label/{batch.pk}/")
    first = shown(page)
    met: list[int] = []

    def foreign(route: Any) -> None:
        status = (200, 404, 400)[len(met) % 3]
        met.append(status)
        route.fulfill(status=status, content_type="text/html", body="<h1>Back soon</h1>")

    page.route("**/answer/", foreign)
    label(page, BY_TEXT)
    page.get_by_text("The server does not answer as it should").wait_for()
    while len(met) < 3:
        page.evaluate("window.dispatchEvent(new Event('online'))")
        page.wait_for_timeout(50)
    assert page.locator("#label").get_attribute("data-waiting") == "1"
    assert not Annotation.objects.exists()
    page.unroute("**/answer/")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_selector("#label[data-waiting='0']")
    assert page.locator("#label-banner").inner_text() == ""
    stored = Assignment.objects.get(state="answered", revision__text=first)

    # The same review, answered later on another computer.
    later = stored.client_ms + 10**9
    Assignment.objects.filter(pk=stored.pk).update(client_ms=later)
    page.keyboard.press("z")
    page.wait_for_timeout(SETTLES)
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    page.get_by_text("That answer counts").wait_for()
    page.get_by_role("button", name="Understood").click()
    page.wait_for_selector("#label-banner:empty", state="attached")
    stored.refresh_from_db()
    assert stored.client_ms == later


def test_suggestions_are_marked_and_taken_with_enter_alone(
    visit: Callable[..., Any], cast: SimpleNamespace, opened: SimpleNamespace
) -> None:
    batch = Batch.objects.create(
        name="helped", design=SamplingDesign.UNIFORM, state="open", shows_answers=True
    )
    BatchItem.objects.create(batch=batch, review=opened.latest)
    page = visit("ann")
    page.goto(f"/label/{batch.pk}/")
    shown(page)
    assert page.locator(".v-label-choice.v-suggested").count() == 2
    assert "80%" in page.locator(".v-suggested .v-label-sure").first.inner_text()
    page.wait_for_timeout(READS)
    page.keyboard.press("Enter")
    page.wait_for_selector("#label[data-state=done][data-waiting='0']")
    mention = Mention.objects.get()
    assert mention.revision.text[mention.start : mention.end] == "盖子"


def test_an_answer_to_a_changed_text_is_looked_at_and_kept_until_it_is_given_anew(
    visit: Callable[..., Any], cast: SimpleNamespace, batch: Batch
) -> None:
    page = visit("ann", expected="status of 409")
    page.goto(f"/label/{batch.pk}/")
    text = "Please add a USB-C port 🔌"
    put_in_hand(page, text)
    page.wait_for_selector("#label[data-waiting='0']")
    taken = Assignment.objects.select_related("revision").get(revision__text=text)
    review, new = taken.item.review, taken.revision
    TextRevision.objects.filter(pk=new.pk).update(is_current=False)
    new.pk, new.number, new.text = None, new.number + 1, f"USB-C port [PERSON_1]. {text}"
    new.save()
    Assignment.objects.filter(pk=taken.pk).update(revision=new)
    label(page, BY_TEXT)
    look = page.get_by_role("button", name="Look at it")
    for _ in range(2):
        look.click()
        page.wait_for_selector("#label[data-state=back]")
        assert page.locator("#label-mentions mark").all_inner_texts() == ["USB-C port"]
        page.locator("#label-text").focus()
        page.keyboard.press("Escape")
        page.wait_for_selector("#label[data-state=labelling]")
    look.click()
    page.wait_for_selector("#label[data-state=back]")
    page.wait_for_timeout(SETTLES)
    page.keyboard.press("Enter")
    page.wait_for_selector("#label-banner:empty", state="attached")
    page.wait_for_selector("#label[data-waiting='0']")
    mention = Mention.objects.get(revision__review=review)
    assert mention.revision.text[mention.start : mention.end] == "USB-C port"


def test_personal_data_goes_and_the_guideline_is_searched_in_both_languages(
    visit: Callable[..., Any], cast: SimpleNamespace, batch: Batch
) -> None:
    page = visit("ann")
    page.goto(f"/label/{batch.pk}/")
    put_in_hand(page, "👨‍👩‍👧 loved it 👍🏽 but the zip broke")
    page.keyboard.press("End")
    page.keyboard.press("Shift+Control+ArrowLeft")
    page.keyboard.press("f")  # a menu in between leaves selected what was
    page.keyboard.press("Escape")
    page.keyboard.press("i")
    page.keyboard.press("Home")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+Control+ArrowRight")
    held: list[Any] = []
    page.route("**/personal-data/", lambda route: held.append(route))
    page.keyboard.press("o")
    page.keyboard.press("1")
    page.keyboard.press("p")  # while the words are on their way: it would be about the old text
    page.get_by_text("the words are being replaced").first.wait_for()
    page.wait_for_timeout(SETTLES)
    page.keyboard.press("Enter")
    # The page says so before the browser tells of its request.
    deadline = time.monotonic() + 10
    while not held and time.monotonic() < deadline:
        page.wait_for_timeout(20)
    held[0].continue_()
    page.locator("#label-text .v-chip").wait_for()
    assert shown(page) == "👨‍👩‍👧 [PERSON_1] it 👍🏽 but the zip broke"
    assert page.locator("#label-mentions mark").all_inner_texts() == ["broke"]
    page.keyboard.press("?")
    page.keyboard.type("没必要")
    assert page.locator(".v-label-rules [data-clause=mention-remove]").count() >= 1
    page.keyboard.press("Escape")
    assert not page.locator("#label-panel").is_visible()
    assert page.url.endswith(f"/label/{batch.pk}/")
