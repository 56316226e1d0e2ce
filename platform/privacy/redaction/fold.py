"""Spellings made alike, one code point for one code point.

Every view of a text has exactly as many code points as the text, so that an offset found in
one of them holds in all. Unicode NFKC as a whole does not promise that (one ligature becomes
two letters), hence only the mappings from one code point to one are taken from it.
Reference: Unicode Standard Annex 15.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MASK: Final = "\ufffc"
"""Stands for text that is out of bounds (a placeholder): no pattern may match across it."""

INVISIBLE: Final = "\u200b"
"""All zero-width characters and the parts of keycap emoji become this one."""

HAN_DIGITS: Final[dict[str, str]] = {
    **dict(zip("零〇○一二三四五六七八九", "000123456789", strict=True)),
    **dict(zip("壹贰叁肆伍陆柒捌玖幺", "1234567891", strict=True)),
    **dict(zip("貳參陸", "236", strict=True)),
}
"""Han numerals that people write for single digits; 幺 is the spoken 1, 大写 are the bank's."""

_RANGES: Final = (
    (0x00A0, 0x0100),  # no-break space, superscripts
    (0x2000, 0x2100),  # spaces, superscripts and subscripts
    (0x2460, 0x24EB),  # circled letters and digits
    (0x3000, 0x3001),  # ideographic space
    (0xFE10, 0xFE70),  # small and vertical forms
    (0xFF01, 0xFFEF),  # full-width ASCII
    (0x1D7CE, 0x1D800),  # mathematical digits
)
_DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_CIRCLED_ZERO_AND_DINGBATS: Final = {
    "⓪": "0",
    **{chr(0x2776 + i): str(i + 1) for i in range(9)},
    **{chr(0x2780 + i): str(i + 1) for i in range(9)},
    **{chr(0x278A + i): str(i + 1) for i in range(9)},
}
_ZERO_WIDTH: Final = "\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0e\ufe0f\u20e3"


def _fold_table() -> dict[int, str]:
    table: dict[int, str] = {}
    for low, high in _RANGES:
        for point in range(low, high):
            folded = unicodedata.normalize("NFKC", chr(point))
            if len(folded) == 1 and folded != chr(point):
                table[point] = folded
    table.update({ord(dash): "-" for dash in _DASHES})
    table.update({ord(char): digit for char, digit in _CIRCLED_ZERO_AND_DINGBATS.items()})
    table.update({ord(char): INVISIBLE for char in _ZERO_WIDTH})
    return table


_FOLD: Final = _fold_table()
# Only A-Z: str.lower() makes two code points of some letters (U+0130).
_LOWER: Final = {point: chr(point + 32) for point in range(ord("A"), ord("Z") + 1)}
_NUMERALS: Final = {ord(han): digit for han, digit in HAN_DIGITS.items()}
_HAS_DIGIT: Final = re.compile("[0-9]")


class Views:
    """One text in the spellings that the rules look at; all of the same length.

    folded: full-width letters and digits, odd spaces and dashes as ASCII.
    lower: folded, with A-Z in lower case.
    numerals: lower, with Han numerals as digits.
    has_digit: whether `numerals` holds a digit at all (most reviews hold none).
    """

    __slots__ = ("folded", "has_digit", "has_han", "lower", "numerals")

    def __init__(self, text: str) -> None:
        self.folded = text if text.isascii() else text.translate(_FOLD)
        self.lower = self.folded.translate(_LOWER)
        self.has_han = not self.lower.isascii() and bool(re.search("[\u4e00-\u9fff]", self.lower))
        self.numerals = self.lower.translate(_NUMERALS) if self.has_han else self.lower
        self.has_digit = _HAS_DIGIT.search(self.numerals) is not None

    def __len__(self) -> int:
        return len(self.folded)

    def digits(self, start: int, end: int) -> str:
        """The digits between start and end, Han numerals included, separators left out."""
        return "".join(c for c in self.numerals[start:end] if "0" <= c <= "9")


def fold_key(value: str) -> str:
    """The form in which two spellings of one value compare equal (width, case, spaces)."""
    return "".join(value.translate(_FOLD).lower().replace(INVISIBLE, "").split())
