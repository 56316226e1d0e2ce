"""Offsets of other programs, in code points of the text.

JavaScript counts UTF-16 units, in which an emoji and a rare Han character are two. A span that
carries its words shows which of the two was counted.
"""

from __future__ import annotations

from typing import Any

from annotation.formats.record import Unmapped


def _place(units: int, text: str) -> int | None:
    """The code point at which `units` UTF-16 units have passed; None inside a pair or past it."""
    passed = 0
    for place, character in enumerate(text):
        if passed >= units:
            return place if passed == units else None
        passed += 2 if ord(character) > 0xFFFF else 1
    return len(text) if passed == units else None


def from_utf16(start: int, end: int, text: str) -> tuple[int, int] | None:
    """The same span in code points; None where an edge is inside a character or past the end."""
    low, high = _place(start, text), _place(end, text)
    return None if low is None or high is None else (low, high)


def span_of(
    start: Any, end: Any, text: str, words: Any = None, utf16: bool = False
) -> tuple[int, int]:
    """The span in code points of `text`, end exclusive.

    `words`: what stands there, where the file says so: it decides how the offsets were counted.
    `utf16`: how they were counted where it does not. Raises Unmapped for a span that is empty,
    not in the text, or not on its words.
    """
    if not _whole(start) or not _whole(end) or not 0 <= start < end:
        raise Unmapped("bad_span")
    points: tuple[int, int] = (start, end)
    units = from_utf16(start, end, text)
    tried = [units, points] if utf16 else [points, units]
    if not isinstance(words, str):
        tried = tried[:1]
    for one in tried:
        if one is None or one[1] > len(text):
            continue
        if not isinstance(words, str) or text[one[0] : one[1]] == words:
            return one
    raise Unmapped("bad_span")


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
