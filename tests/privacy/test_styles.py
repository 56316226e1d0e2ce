"""Placeholders in every style, and maps between redacted forms of a text."""

from __future__ import annotations

import random

import pytest

from privacy.alignment import align
from privacy.invented import invented
from privacy.redaction.engine import TYPES, Redactor
from privacy.redaction.spans import Span
from privacy.styles import Style, filled_in, for_engine, map_from, placeholders_in, restyled

_WORDS = ["水壶", "很好", "lid ", "leaks ", "，", "。", "13812345678", "a@mail.com", "😀", "[x] "]
_REDACTOR = Redactor()


@pytest.mark.parametrize("style", list(Style))
def test_a_text_comes_back_whole_from_its_pieces_in_any_style(style: Style) -> None:
    chance = random.Random(7)
    for _ in range(300):
        text = "".join(chance.choice(_WORDS) for _ in range(chance.randint(1, 14)))
        found = _REDACTOR.redact(text)
        shown, offset_map = restyled(text, found.text, found.offset_map, style)
        assert map_from(found.spans, shown) == offset_map
        pieces = [(one.start, one.end, text[one.start : one.end]) for one in found.spans]
        assert filled_in(shown, pieces) == text
        # What the engine is shown of it holds nothing for it to find.
        assert not _REDACTOR.find(for_engine(shown)[0])


def test_pieces_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="place"):
        filled_in("no placeholder", [(3, 6, "abc")])
    with pytest.raises(ValueError, match="fit"):
        filled_in("so [PHONE_1]", [(3, 6, "abcd")])
    with pytest.raises(ValueError, match="placeholder"):
        map_from([Span(0, 3, "PHONE", 1.0, "x")], "words")


def test_a_map_between_two_redacted_forms_keeps_what_both_say() -> None:
    chance = random.Random(11)
    for _ in range(500):
        words = [chance.choice(_WORDS) for _ in range(chance.randint(1, 12))]
        old, new = ("".join(_hidden(word, chance) for word in words) for _ in range(2))
        offset_map = align(old, new)
        before = after = 0
        for orig, orig_to, red, red_to in offset_map.pieces:
            assert old[before:orig] == new[after:red]
            before, after = orig_to, red_to
        assert old[before:] == new[after:]


def _hidden(word: str, chance: random.Random) -> str:
    return f"[PHONE_{chance.randint(1, 3)}]" if chance.random() < 0.3 else word


def test_a_long_text_is_aligned_without_comparing_everything() -> None:
    old, new = "哈" * 20_000, "哈" * 9_000 + "[PERSON_1]" + "哈" * 10_000
    assert len(align(old, new).pieces) == 1


def test_types_are_told_apart_and_their_look_alikes_are_text() -> None:
    text = "[PHONE_1] [PHONE] [***] ███ [PHONES] [OK] [PHONE_12345]"
    kinds = [(text[one.start : one.end], one.type, one.number) for one in placeholders_in(text)]
    assert kinds == [
        ("[PHONE_1]", "PHONE", 1), ("[PHONE]", "PHONE", None), ("[***]", "", None),
        ("███", "", None),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_an_invented_value_is_another_for_another_case_and_the_same_for_the_same(kind: str) -> None:
    made = {invented(kind, chinese=True, seed=str(n)) for n in range(20)}
    assert len(made) > 3
    assert invented(kind, chinese=True, seed="1") in made


@pytest.mark.parametrize("kind", ["ID_CARD", "BANK_CARD", "IBAN"])
def test_an_invented_number_with_a_check_digit_has_the_right_one(kind: str) -> None:
    for n in range(30):
        value = invented(kind, chinese=False, seed=str(n))
        assert [one.type for one in _REDACTOR.find(f"it is {value} there")] == [kind], value
