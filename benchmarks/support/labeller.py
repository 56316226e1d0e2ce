"""Somebody who labels by keyboard alone, in a browser; texts on which offsets go wrong easily."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

KEYS = {"praise": "p", "issue": "i", "add": "a", "improve": "s", "remove": "d", "keep": "k"}
SCOPES = ("product", "delivery", "service", "price", "platform", "other")
SETTLES = 320  # milliseconds in which an Enter before any other key is for the review before
READS = 620  # the same where an answer is filled in beforehand
_CHARACTERS = (
    "(words) => [...new Intl.Segmenter('en', {granularity: 'grapheme'}).segment(words)].length"
)


@dataclass(frozen=True, slots=True)
class Case:
    """A text, and the words to mark in it; `words` empty: nothing."""

    text: str
    language: str
    words: str = ""
    kind: str = ""
    scope: str = ""

    @property
    def marked(self) -> tuple[str, str, str, str]:
        return self.text, self.words, self.kind, self.scope


CASES = (
    Case("水壶很好看，就是盖子漏水，希望把手再长一点", "zh", "把手", "improve", "product"),
    Case("👨‍👩‍👧 loved it 👍🏽 but the zip broke", "en", "zip", "issue", "product"),
    Case("ＡＢＣ全角，ｗｉｆｉ不稳定🙂🙂", "zh", "ｗｉｆｉ", "issue", "product"),
    Case("The 把手 is too short 🇨🇳, please fix", "en", "把手", "improve", "product"),
    Case("e\u0301 decomposed: cafe\u0301 handle", "en", "handle", "praise", "product"),
    Case("快递员打 [PHONE_1] 态度差", "zh", "态度", "issue", "delivery"),
    Case("Please add a USB-C port 🔌", "en", "USB-C port", "add", "product"),
    Case("𠮷野家的饭盒，去掉广告", "zh", "广告", "remove", "platform"),
    Case("Do not change the 🔘 buttons", "en", "🔘 buttons", "keep", "product"),
    Case("👍", "zh", "👍", "praise", "product"),
    Case("客服回复慢，包装也差", "zh", "包装", "issue", "service"),
    Case("great", "en"),
)


def cases(count: int) -> dict[str, Case]:
    """By text: those above with other endings, so that no two are the same."""
    endings = ("", " 🙂", "。", " Ok!", " ２", " 👨‍👩‍👧", "……", " 🇨🇳")
    made = (
        Case(case.text + end, case.language, case.words, case.kind, case.scope)
        for end, case in product(endings, CASES)
    )
    return {case.text: case for case, _ in zip(made, range(count), strict=False)}


def shown(page: Any) -> str:
    """The text that is to be labelled; waits for one."""
    page.wait_for_selector("#label:not([data-item=''])")
    return str(page.locator("#label-text").text_content())


def select(page: Any, case: Case) -> None:
    """The words, whole characters at a time, from the end of the text."""
    after = case.text[case.text.rindex(case.words) + len(case.words) :]
    page.keyboard.press("End")
    for _ in range(page.evaluate(_CHARACTERS, after)):
        page.keyboard.press("ArrowLeft")
    for _ in range(page.evaluate(_CHARACTERS, case.words)):
        page.keyboard.press("Shift+ArrowLeft")


def label(page: Any, cases: dict[str, Case], *, double: bool = False) -> str:
    """Answer the review that is shown, with Enter once or twice. Returns its text."""
    text = shown(page)
    case = cases[text]
    if case.words:
        select(page, case)
        page.keyboard.press(KEYS[case.kind])
        if case.scope != "product":
            page.keyboard.press("Tab")
            page.keyboard.press(str(SCOPES.index(case.scope) + 1))
    page.keyboard.press("3" if case.kind == "issue" else "1")
    page.keyboard.press("r")
    for _ in range(2 if double else 1):
        page.keyboard.press("Enter")
    return text
