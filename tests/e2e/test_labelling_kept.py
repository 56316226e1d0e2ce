"""What a computer keeps of somebody's labelling: locked, sent when it can be, and soon gone."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.sessions.models import Session

from annotation.models import Annotation, Assignment, Batch
from benchmarks.support.labeller import label, shown
from common import text_service
from tests.e2e.batches import BY_TEXT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECRET = "Li Wei said so"


def kept(page: Any) -> dict[str, str]:
    """What the browser keeps of answers, by name."""
    found: dict[str, str] = page.evaluate(
        "Object.fromEntries(Object.entries(localStorage).filter("
        "([key]) => /^verbatim.label.*[0-9]$/.test(key)))"
    )
    return found


def sign_in(page: Any, name: str, password: str) -> None:
    page.fill("#id_username", name)
    page.fill("#id_password", password)
    page.press("#id_password", "Enter")
    page.wait_for_selector("main.v-page")


def with_comment(page: Any) -> str:
    """Answer the review that is shown, with a comment that must not lie about."""
    shown(page)
    page.keyboard.press("c")
    page.keyboard.type(SECRET)
    page.keyboard.press("Enter")
    return label(page, BY_TEXT)


def test_an_answer_outlasts_a_session_and_a_reload_and_nobody_else_can_read_it(
    visit: Callable[..., Any], cast: SimpleNamespace, batch: Batch, monkeypatch: Any
) -> None:
    told = text_service.RedactedText("[PERSON_1] said so", [], "1")
    monkeypatch.setattr(text_service, "redact", lambda texts: [told])
    page = visit("ann", expected="status of 40")
    page.goto(f"/label/{batch.pk}/")
    shown(page)
    page.evaluate("localStorage.setItem('verbatim.label.999.1.2', '{\"comment\": \"old\"}')")
    Session.objects.all().delete()
    seen = [with_comment(page), label(page, BY_TEXT)]
    page.get_by_text("You are signed out").wait_for()
    page.wait_for_function("Object.keys(localStorage).filter((key) => /\\d$/.test(key)).length > 2")
    lying = kept(page)
    assert SECRET not in str(lying)
    assert not any(text in str(lying) for text in BY_TEXT)
    assert all(value.startswith("s1.") for key, value in lying.items() if ".999." not in key)

    # Half an answer more; then somebody else signs in on the same computer.
    begun = shown(page)
    page.keyboard.press("2")
    page.keyboard.press("f")
    page.keyboard.press("u")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Sign in again").click()
    page.wait_for_selector("#id_username")
    sign_in(page, "max", cast.password)
    page.goto(f"/label/{batch.pk}/")
    shown(page)
    assert page.locator("#label").get_attribute("data-waiting") == "0"
    assert not Annotation.objects.exists()
    mine = [key for key in kept(page) if f".{cast.ann.pk}." in key]
    assert len(mine) == 3  # two answers and what was begun
    assert not any(".999." in key for key in kept(page))  # what lay open is gone

    page.context.clear_cookies()
    page.goto(f"/label/{batch.pk}/")
    sign_in(page, "ann", cast.password)
    page.wait_for_selector("#label[data-state=labelling][data-waiting='0']")
    assert (
        list(
            Assignment.objects.filter(state="answered", annotator=cast.ann)
            .order_by("ended_at")
            .values_list("revision__text", flat=True)
        )
        == seen
    )
    assert set(Annotation.objects.values_list("comment", flat=True)) == {"", told.text}
    assert shown(page) == begun
    assert page.locator("input[name=sentiment][value=neutral]").is_checked()
    assert page.locator("#label-flagged-words").inner_text() == "unsure"
    label(page, BY_TEXT)
    page.wait_for_selector("#label[data-waiting='0']")
    assert not [key for key in kept(page) if f".{cast.ann.pk}." in key]


def test_signing_out_with_unsent_answers_asks_first(
    visit: Callable[..., Any], cast: SimpleNamespace, batch: Batch
) -> None:
    page = visit("ann", "zh-hans")
    page.goto(f"/label/{batch.pk}/")
    page.route("**/answer/", lambda route: route.abort("internetdisconnected"))
    label(page, BY_TEXT)
    page.wait_for_selector("#label[data-waiting='1']")
    page.goto("/reviews/")
    asked: list[str] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", stay)
    page.evaluate("document.getElementById('logout-form').requestSubmit()")
    assert "还没有全部发送" in asked[0]
    page.unroute("**/answer/")
    page.goto("/label/")  # the list of batches sends what waits, too
    page.wait_for_function("document.documentElement.dataset.unsent === '0'")
    page.evaluate("document.getElementById('logout-form').requestSubmit()")
    page.wait_for_url("**/logout/**")
    assert len(asked) == 1
    assert Annotation.objects.count() == 3


FULL = """
const real = Storage.prototype.setItem;
Storage.prototype.setItem = function (key, value) {
  const ours = key.startsWith("verbatim.label");
  if (window.full && ours) throw new DOMException("full", "QuotaExceededError");
  return real.call(this, key, value);
};
"""


def test_where_there_is_no_room_answers_stay_in_the_page_until_there_is(
    visit: Callable[..., Any], cast: SimpleNamespace, batch: Batch
) -> None:
    page = visit("ann")
    page.add_init_script(FULL)
    page.goto(f"/label/{batch.pk}/")
    shown(page)
    page.wait_for_function("Number(document.getElementById('label').dataset.ahead) >= 3")
    page.context.set_offline(True)
    page.evaluate("window.full = true")
    seen = [label(page, BY_TEXT)]
    page.get_by_text("Leave the page open").wait_for()
    assert kept(page) == {}
    page.evaluate("window.full = false")
    seen.append(label(page, BY_TEXT))
    page.wait_for_function("Object.keys(localStorage).some((key) => /[.]\\d+$/.test(key))")
    assert page.get_by_text("Leave the page open").count() == 1  # the first is still here only
    page.context.set_offline(False)
    page.wait_for_selector("#label[data-waiting='0']")
    answered = Assignment.objects.filter(state="answered").order_by("client_ms")
    assert list(answered.values_list("revision__text", flat=True)) == seen
    assert kept(page) == {}


def test_where_a_browser_has_no_cipher_answers_stay_in_the_page(
    visit: Callable[..., Any], cast: SimpleNamespace, batch: Batch
) -> None:
    page = visit("ann")
    page.add_init_script("Object.defineProperty(window.crypto, 'subtle', {value: undefined})")
    page.goto(f"/label/{batch.pk}/")
    shown(page)
    page.context.set_offline(True)
    with_comment(page)
    page.get_by_text("Leave the page open").wait_for()
    assert kept(page) == {}
    page.context.set_offline(False)
