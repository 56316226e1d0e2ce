"""Resident identity numbers of China: 18 characters, or 15 digits on old cards.

Source: GB 11643-1999: 6 digits of place (GB/T 2260), 8 of birth date, 3 of order, and a check
character by ISO 7064 MOD 11-2 (0-9 or X).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from privacy.redaction.fold import HAN_DIGITS, Views, fold_key
from privacy.redaction.recogniser import (
    SAYS,
    Hit,
    Recogniser,
    Rule,
    glue,
    near_before,
    value_span,
    words,
)

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK: Final = "10x98765432"
_PROVINCES: Final = words(
    """
    11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65
    71 81 82 83
    """
)
_CUE: Final = (
    r"(?:身份证(?:件|号码?)?|身分证|证件号?码?|公民身份号码|居民证|(?<![a-z])(?:id|identity)"
    r"(?:\s?(?:card|number|no\.?))|(?<![a-z])sfz)"
)
_NEAR_CUE: Final = re.compile(_CUE + r"[^。;!?\n]{0,16}$")


def check_character(first17: str) -> str:
    """The check character ("0" to "9" or "x") of the first 17 digits."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first17, strict=True))
    return _CHECK[total % 11]


def _plausible(characters: str) -> bool:
    """A province and a birth date that exist."""
    if characters[:2] not in _PROVINCES:
        return False
    year, month, day = int(characters[6:10]), int(characters[10:12]), int(characters[12:14])
    if not 1880 <= year <= 2100:
        return False
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _eighteen(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    start, end = value_span(match)
    text = views.lower
    # Han numerals beside the number may belong to words; ASCII digits make it another number.
    if (start and text[start - 1].isascii() and text[start - 1].isdigit()) or text[
        end : end + 1
    ] in (*"0123456789",):
        return
    characters = "".join(c for c in views.numerals[start:end] if c in "0123456789x")
    if not _plausible(characters):
        return
    if characters[-1] == check_character(characters[:17]):
        yield start, end, score
    elif near_before(text, start, _NEAR_CUE, 28):
        yield start, end, 0.75  # said to be an identity number, with one character mistyped


def _fifteen(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    start, end = value_span(match)
    digits = views.digits(start, end)
    if _plausible(digits[:6] + "19" + digits[6:]):
        yield start, end, score


def _with_han(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    if any(c in HAN_DIGITS for c in views.lower[slice(*value_span(match))]):
        yield from _eighteen(views, match, score)


def normalise(value: str) -> str:
    """Digits and X without separators."""
    text = "".join(HAN_DIGITS.get(c, c) for c in fold_key(value))
    return re.sub("[^0-9x*]", "", text)


_BODY: Final = r"(?P<value>[1-9](?:[ .\-]?[0-9]){16}[ .\-]?(?:[0-9]|x(?![a-z])))"

RECOGNISER: Final = Recogniser(
    "ID_CARD",
    (
        Rule("gb11643", re.compile(rf"(?<![0-9]){_BODY}(?![0-9])"), 0.99, check=_eighteen),
        Rule("gb11643_han", re.compile(_BODY), 0.95, view="numerals", check=_with_han),
        Rule(
            "fifteen_digits",
            re.compile(_CUE + glue(*SAYS) + r"(?P<value>[1-9][0-9]{14})(?![0-9x])"),
            0.8,
            check=_fifteen,
        ),
        Rule(
            "last_four",
            re.compile(
                r"身份证号?(?:码|的)?(?:后四位|末四位|尾号)(?:是|为)?[\s:]{0,2}(?P<value>[0-9]{3}[0-9x])(?![0-9a-z])"
            ),
            0.7,
        ),
        Rule(
            "masked",
            re.compile(
                _CUE + glue(*SAYS) + r"(?P<value>[1-9][0-9]{2,9}[*x•]{4,12}[0-9]{2,4}x?)(?![0-9x*])"
            ),
            0.7,
        ),
    ),
    normalise=normalise,
)
