"""Telephone numbers spelled out in English ("nine one seven, five five oh ...").

Source: usage; "oh" is the spoken zero of ITU-T E.164 numbers in English, "double" and "triple"
repeat the next digit (British and Indian usage).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from privacy.redaction.fold import HAN_DIGITS, Views
from privacy.redaction.recogniser import Hit, near_before

WORDS: Final[dict[str, str]] = {
    **dict(
        zip(
            ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
            "0123456789",
            strict=True,
        )
    ),
    "oh": "0",
    "o": "0",
    "ten": "10",
    "eleven": "11",
    "twelve": "12",
    "thirteen": "13",
    "fourteen": "14",
    "fifteen": "15",
    "sixteen": "16",
    "seventeen": "17",
    "eighteen": "18",
    "nineteen": "19",
    "hundred": "00",
    **{
        word: str(tens)
        for tens, word in enumerate(
            ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
        )
    },
}
_TENS: Final = frozenset(
    ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
)
_WORD: Final = rf"(?:{'|'.join([*WORDS, 'double', 'triple'])})(?![a-z])"
_FIRST: Final = "".join(sorted({word[0] for word in [*WORDS, "double", "triple"]}))
_TOKEN: Final = rf"(?:{_WORD}|[0-9]{{1,5}})"
SPELLED: Final = re.compile(
    # The look ahead is for speed: the letters with which a word begins.
    rf"(?=[0-9{_FIRST}])(?<![a-z0-9])"
    rf"(?P<value>{_TOKEN}(?:[ \-,.]{{1,2}}{_TOKEN}){{2,13}})(?![a-z0-9])"
)
_CUE: Final = re.compile(
    r"(?<![a-z])(?:call|phone|ring|text|txt|dial|mobile|cell|number|landline|whatsapp"
    r"|reach)[^.!?\n]{0,24}$"
)
_PARTS: Final = re.compile(r"[a-z]+|[0-9]+")


def decode(written: str) -> str:
    """The digits of a number in digits, English words or Han numerals, in their order."""
    lower = "".join(HAN_DIGITS.get(c, c) for c in written.lower())
    if not re.search("[a-z]", lower):
        return re.sub("[^0-9]", "", lower)
    digits, times = "", 1
    parts = _PARTS.findall(lower)
    for part, following in zip(parts, [*parts[1:], ""], strict=True):
        if part in ("double", "triple"):
            times = 2 if part == "double" else 3
            continue
        one = WORDS.get(part, part if part.isdigit() else "")
        if part in _TENS and len(WORDS.get(following, following) or "10") != 1:
            one += "0"  # seventy, but seventy-two
        digits += one * times
        times = 1
    return digits


def spelled_check(
    views: Views,
    match: re.Match[str],
    score: float,
    is_valid: Callable[[int, str], bool],
) -> Iterator[Hit]:
    """Keep it when it is a North American, British or Chinese number, digit by digit.

    Without a single word, only single digits count ("4 0 4 4 3 3 ..."): anything else is a
    list of sizes.
    """
    start, end = match.span("value")
    written = views.lower[start:end]
    parts = _PARTS.findall(written)
    words = sum(part.isalpha() for part in parts)
    if words == 0 and any(len(part) > 1 for part in parts):
        return
    digits = decode(written)
    valid = (
        (len(digits) == 10 and is_valid(1, digits))
        or (
            len(digits) == 11
            and digits[0] == "1"
            and (is_valid(1, digits[1:]) or is_valid(86, digits))
        )
        or (len(digits) == 11 and digits[0] == "0" and is_valid(44, digits[1:]))
        or (len(digits) == 10 and digits[0] == "0" and is_valid(61, digits[1:]))
    )
    said = words > 0 and near_before(views.lower, start, _CUE, 32)
    if (
        valid
        or (len(digits) in (10, 11) and (words >= 6 or said))
        or (len(digits) == 7 and words >= 6 and said)
    ):
        yield start, end, score if valid else score - 0.1
