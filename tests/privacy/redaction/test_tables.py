"""Every recogniser against texts that hold its kind of data, and texts that only look so."""

from __future__ import annotations

import re

import pytest

from privacy.redaction.engine import TYPES, Redactor
from tests.privacy.redaction import tables_cues, tables_forms, tables_numbers, tables_words

EVERYTHING = Redactor()
TABLES = {**vars(tables_numbers), **vars(tables_words)}
FOUND = [(kind, text) for kind in sorted(TYPES) for text in TABLES[kind]]
CLEAN = [(kind, text) for kind in sorted(TYPES) for text in TABLES[f"{kind}_CLEAN"]]
FORMS = vars(tables_forms)
CUES = vars(tables_cues)
FOUND += [(kind, text) for kind in sorted(TYPES) for text in FORMS.get(kind, ())]
FOUND += tables_forms.OTHERS
FOUND += [(kind, text) for kind in sorted(TYPES) for text in CUES.get(kind, ())]
CLEAN += [
    (kind, text) for kind in [*sorted(TYPES), "OTHERS"] for text in FORMS.get(f"{kind}_CLEAN", ())
]
CLEAN += [(kind, text) for kind in sorted(TYPES) for text in CUES.get(f"{kind}_CLEAN", ())]


def unmark(marked: str) -> tuple[str, list[str]]:
    """The text without its marks, and the marked values (none: the text says it otherwise)."""
    return re.sub("[«»]", "", marked), re.findall("«(.+?)»", marked)


@pytest.mark.parametrize(("kind", "marked"), FOUND)
def test_finds_what_is_there(kind: str, marked: str) -> None:
    text, expected = unmark(marked)
    values = [text[s.start : s.end] for s in EVERYTHING.find(text) if s.type == kind]
    if expected:
        assert values == expected
    else:
        assert values


@pytest.mark.parametrize(("kind", "text"), CLEAN)
def test_leaves_product_talk_alone(kind: str, text: str) -> None:
    assert [text[s.start : s.end] for s in EVERYTHING.find(text)] == []


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_every_type_has_texts_in_both_languages_and_both_ways(kind: str) -> None:
    for name in (kind, f"{kind}_CLEAN"):
        texts = TABLES[name]
        languages = {bool(re.search("[\u4e00-\u9fff]", text)) for text in texts}
        assert languages == {True, False}, name
