"""Texts as shoppers write them: forms, tickets, several identifiers in one, and product talk.

`shoppers_en.txt` and `shoppers_zh.txt` hold one text a line (a line break as \\n); personal data is
marked ⟦TYPE:value⟧, and whatever is not marked must stay. Names, numbers and accounts are invented.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from privacy.redaction.engine import TYPES, Redactor

REDACTOR = Redactor()
MARK = re.compile(r"⟦([A-Z_]+):([^⟧]+)⟧")
FOLDER = Path(__file__).parent


def texts(lang: str) -> list[str]:
    """The marked texts of one language."""
    lines = (FOLDER / f"shoppers_{lang}.txt").read_text(encoding="utf-8").splitlines()
    return [line.replace("\\n", "\n") for line in lines]


@pytest.mark.parametrize("marked", [*texts("en"), *texts("zh")])
def test_it_finds_what_is_marked_and_nothing_else(marked: str) -> None:
    text = MARK.sub(r"\2", marked)
    found = [(span.type, text[span.start : span.end]) for span in REDACTOR.find(text)]
    assert found == MARK.findall(marked)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_texts_hold_every_type_and_a_third_holds_none(lang: str) -> None:
    lines = texts(lang)
    assert {kind for line in lines for kind, _ in MARK.findall(line)} == TYPES
    assert sum("⟦" not in line for line in lines) >= len(lines) / 3
