"""Placeholders such as [PHONE_1]: which ones a text already holds, and writing new ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from privacy.redaction.fold import MASK
from privacy.redaction.offsets import OffsetMap
from privacy.redaction.spans import TYPES, Span

# Four digits at most, so that nobody hides a telephone number as [PHONE_13812345678].
_PLACEHOLDER: Final = re.compile(rf"\[({'|'.join(sorted(TYPES))})_([1-9][0-9]{{0,3}})\]")


def mask(text: str) -> str:
    """The text with its placeholders out of bounds for every rule; the length stays."""
    if "[" not in text:
        return text
    return _PLACEHOLDER.sub(lambda match: MASK * len(match.group()), text)


def highest(text: str) -> dict[str, int]:
    """Per type, the highest number a placeholder of the text has."""
    numbers: dict[str, int] = {}
    for kind, number in _PLACEHOLDER.findall(text):
        numbers[kind] = max(numbers.get(kind, 0), int(number))
    return numbers


def render(
    text: str,
    spans: Sequence[Span],
    normalise: Mapping[str, Callable[[str], str]],
    default: Callable[[str], str],
) -> tuple[str, OffsetMap]:
    """The text with every span replaced. `spans` are sorted and do not overlap.

    One value keeps one number within the text; numbers go on after those already in it.
    """
    last = highest(text)
    given: dict[tuple[str, str], int] = {}
    parts: list[str] = []
    pieces: list[tuple[int, int, int, int]] = []
    done = length = 0
    for span in spans:
        value = text[span.start : span.end]
        key = (span.type, normalise.get(span.type, default)(value) or value)
        if key not in given:
            last[span.type] = given[key] = last.get(span.type, 0) + 1
        placeholder = f"[{span.type}_{given[key]}]"
        parts += (text[done : span.start], placeholder)
        length += span.start - done
        pieces.append((span.start, span.end, length, length + len(placeholder)))
        length += len(placeholder)
        done = span.end
    parts.append(text[done:])
    return "".join(parts), OffsetMap(tuple(pieces))
