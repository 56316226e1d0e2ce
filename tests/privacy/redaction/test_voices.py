"""Texts as people speak and type them: dictated, unpunctuated, mixed, pasted, misspelt.

`voices_*.txt` are marked as `shoppers_*.txt`. They were written before the engine had seen them;
the even lines were not looked at while it was made. Every one need not be found: what holds is a
share, so that the texts stay a sample of writing and no list of what the rules can do.
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


def voices(lang: str) -> list[Labelled]:
    return list(read((FOLDER / f"voices_{lang}.txt").read_text("utf-8").splitlines()))


@pytest.mark.parametrize(("lang", "leak"), [("zh", 0.12), ("en", 0.15)])
def test_few_texts_leak_and_little_else_is_touched(
    redactor: Redactor, lang: str, leak: float
) -> None:
    figures = measure(voices(lang), redactor.find_many)
    assert figures["leak"][lang]["value"] <= leak
    assert figures["hard_negatives_touched"][lang]["value"] <= 0.08
    assert figures["beyond"][lang]["value"] <= 0.015


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_rules_alone_find_less(redactor: Redactor, lang: str) -> None:
    with_names = measure(voices(lang), redactor.find_many, {"PERSON"})
    without = measure(voices(lang), Redactor().find_many, {"PERSON"})
    recall = with_names["types"]["PERSON"][lang]["recall"]["value"]
    assert recall >= without["types"]["PERSON"][lang]["recall"]["value"] + 0.3
