"""NFKC in pieces, so that every change keeps its place.

Source: Unicode Standard Annex #15, Unicode Normalization Forms. A piece is a character that NFKC
changes, or a character and the marks that may join with it; pieces do not act on each other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from reviews.cleaning.offsets import Edit

# NFKC would turn these into half-width punctuation, which no Chinese reader writes.
KEPT_WIDE = frozenset("，。！？；：（）【】《》“”‘’、～…—￥％＋－＝／＆＠＃＊")
_KEPT = re.compile(f"[{''.join(KEPT_WIDE)}]+")
_LAST = 0x2FFFF  # behind it there are only variation selectors and private characters
_EMOJI_SELECTOR = "\ufe0f"


def _joins(code: int) -> bool:
    """Whether the character may become one with the one before it."""
    if 0x1160 <= code <= 0x11FF or 0x3130 <= code <= 0x318F or 0xFF9E <= code <= 0xFFDC:
        return True  # parts of Hangul syllables, and half-width voice marks
    return unicodedata.category(chr(code)).startswith("M")


def _class(codes: Iterable[int]) -> str:
    """Code points as the inside of a character class, neighbours as ranges."""
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges)


@lru_cache(maxsize=1)
def _pieces() -> re.Pattern[str]:
    codes = [code for code in range(0x80, _LAST) if not 0xD800 <= code <= 0xDFFF]
    joining = _class(code for code in codes if _joins(code))
    changing = _class(
        code
        for code in codes
        # Squared words such as U+1F21A are shown as emoji.
        if chr(code) not in KEPT_WIDE and not 0x1F200 <= code <= 0x1F2FF
        # NFKC of one character is what its whole decomposition composes to.
        if unicodedata.normalize("NFKC", chr(code)) != chr(code)
    )
    return re.compile(f"[{changing}][{joining}]*|[^{joining}]?[{joining}]+")


def edits(text: str) -> list[Edit]:
    """Compatibility forms made plain: full-width letters and digits, ligatures, circled numbers.

    Full-width punctuation and what is shown as emoji stay.
    """
    # A quick check in C, which most texts pass.
    if text.isascii() or unicodedata.is_normalized("NFKC", _KEPT.sub("", text)):
        return []
    found: list[Edit] = []
    for match in _pieces().finditer(text):
        piece = match.group()
        if piece.endswith(_EMOJI_SELECTOR) or piece[0] in KEPT_WIDE:
            continue
        plain = unicodedata.normalize("NFKC", piece)
        if plain != piece:
            found.append((match.start(), match.end(), plain))
    return found
