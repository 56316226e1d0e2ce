"""Texts as they come over a shop's counter: reviews, tickets, chats, with all types in them.

`counter_*.txt` were written in batches, each before the engine had seen it; what it missed then was
mended by kinds. `counter_blind_*.txt` were written after that and have not been looked at since:
whoever mends the rules keeps it so, or writes others in their place. `strangers_*.txt` are by
another hand; the rules were mended by them, so they show what must stay found, no more. The other
half of that hand's texts, `strangers_held_*.txt`, nobody who writes rules has looked at.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from privacy.redaction.engine import Redactor
from privacy.redaction.full import full_redactor
from privacy.redaction.labelled import Labelled, read
from privacy.redaction.measure import measure

FOLDER = Path(__file__).parent


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    return full_redactor()


def texts(name: str) -> list[Labelled]:
    return list(read((FOLDER / f"{name}.txt").read_text("utf-8").splitlines()))


@pytest.mark.parametrize(
    ("name", "lang", "leak"),
    [
        ("counter_zh", "zh", 0.05),
        ("counter_en", "en", 0.05),
        ("counter_blind_zh", "zh", 0.09),
        ("counter_blind_en", "en", 0.07),
        ("strangers_zh", "zh", 0.03),
        ("strangers_en", "en", 0.03),
        ("strangers_held_zh", "zh", 0.15),
        ("strangers_held_en", "en", 0.24),
    ],
)
def test_few_texts_leak_and_little_else_is_touched(
    redactor: Redactor, name: str, lang: str, leak: float
) -> None:
    figures = measure(texts(name), redactor.find_many)
    touched = 0.13 if name.startswith("strangers_held") else 0.08
    assert figures["leak"][lang]["value"] <= leak
    assert figures["hard_negatives_touched"][lang]["value"] <= touched
    assert figures["beyond"][lang]["value"] <= 0.01


def test_a_name_deep_in_a_long_text_is_found(redactor: Redactor) -> None:
    text = "Nice and quiet machine, no complaints. " * 100 + "客服卢嘉敏帮我换货。" + "好用。" * 300
    assert [text[span.start : span.end] for span in redactor.find(text)] == ["卢嘉敏"]
