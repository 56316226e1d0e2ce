"""How what was taken out of a text shows: four styles of placeholder, and finding them again.

Pure, like the engine it stands beside: it restyles what the engine made, and never needs to know
the value itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from privacy.redaction.offsets import OffsetMap
from privacy.redaction.spans import TYPES


class Style(StrEnum):
    """`NUMBERED` is the default, and what other programs rely on.

    NUMBERED: [PHONE_1]; the number is the same for the same value within one review.
    TYPED: [PHONE]; nobody can tell any more whether two stand for the same value.
    MASK: [***]; not even the type is told.
    BLOCK: a full block for each character: the text keeps its layout, and tells the length.
    """

    NUMBERED = "numbered"
    TYPED = "typed"
    MASK = "mask"
    BLOCK = "block"


class SpanLike(Protocol):
    """Code points of a text, end exclusive."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int


_MASK: Final = "[***]"
_BLOCK: Final = "█"
_NAMES: Final = "|".join(sorted(TYPES, key=lambda name: (-len(name), name)))
# Four digits at most, as in the engine: nobody hides a telephone number in a placeholder.
_ANY: Final = re.compile(
    rf"\[(?P<type>{_NAMES})(?:_(?P<number>[1-9][0-9]{{0,3}}))?\]|\[\*\*\*\]|█++"
)
# For a placeholder that does not tell its type, where the engine has to be shown one.
_SOME_TYPE: Final = "URL_WITH_ID"


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One placeholder in a text: code points, end exclusive; `type` is "" where it tells none."""

    start: int
    end: int
    type: str
    number: int | None


def placeholders_in(text: str) -> list[Placeholder]:
    """The placeholders of `text` in any style, in order."""
    return [
        Placeholder(
            found.start(),
            found.end(),
            found["type"] or "",
            int(found["number"]) if found["number"] else None,
        )
        for found in _ANY.finditer(text)
    ]


def next_number(text: str, kind: str) -> int:
    """The first number that no placeholder of `kind` in `text` has."""
    return 1 + max(
        (one.number or 0 for one in placeholders_in(text) if one.type == kind), default=0
    )


def render_placeholder(style: Style, kind: str, number: int, length: int) -> str:
    """The placeholder of a value of type `kind` that had `length` characters."""
    match style:
        case Style.NUMBERED:
            return f"[{kind}_{number}]"
        case Style.TYPED:
            return f"[{kind}]"
        case Style.MASK:
            return _MASK
        case Style.BLOCK:
            return _BLOCK * max(1, length)


def replaced(text: str, changes: Iterable[tuple[int, int, str]]) -> tuple[str, OffsetMap]:
    """`text` with each (start, end, new words) put in, and the map from before to after.

    The changes are sorted, do not overlap, and neither take nothing out nor put nothing in.
    """
    parts: list[str] = []
    pieces: list[tuple[int, int, int, int]] = []
    done = length = 0
    for start, end, words in changes:
        parts += (text[done:start], words)
        length += start - done
        pieces.append((start, end, length, length + len(words)))
        length += len(words)
        done = end
    parts.append(text[done:])
    return "".join(parts), OffsetMap(tuple(pieces))


def map_from(spans: Iterable[SpanLike], redacted: str) -> OffsetMap:
    """The map from a text to its redacted form, of the spans of the text that were replaced.

    Raises ValueError where no placeholder stands in the place of a span.
    """
    held = {one.start: one.end for one in placeholders_in(redacted)}
    pieces: list[tuple[int, int, int, int]] = []
    shift = 0
    for span in sorted(spans, key=lambda one: one.start):
        start = span.start + shift
        # Blocks side by side read as one; each is as long as what it stands for.
        block = redacted[start : start + 1] == _BLOCK
        end = start + span.end - span.start if block else held.get(start)
        if end is None or end > len(redacted):
            raise ValueError("a span has no placeholder of its own")
        pieces.append((span.start, span.end, start, end))
        shift = end - span.end
    return OffsetMap(tuple(pieces))


def filled_in(redacted: str, pieces: Sequence[tuple[int, int, str]]) -> str:
    """The text that `redacted` was made from; pieces: (start, end, words) of that text, sorted.

    Raises ValueError where the two do not fit.
    """
    parts: list[str] = []
    done = before = 0
    spans = [_Piece(start, end) for start, end, _ in pieces]
    for (start, end, low, high), (_, _, words) in zip(
        map_from(spans, redacted).pieces, pieces, strict=True
    ):
        if end - start != len(words) or start - before != low - done:
            raise ValueError("a piece does not fit its place")
        parts += (redacted[done:low], words)
        done, before = high, end
    return "".join([*parts, redacted[done:]])


def restyled(text: str, redacted: str, made: OffsetMap, style: Style) -> tuple[str, OffsetMap]:
    """What the engine made of `text`, with its new placeholders in `style`.

    redacted, made: the engine's text and its map from `text`. Placeholders that were in `text`
    already stay as they are.
    """
    if style == Style.NUMBERED:
        return redacted, made
    changes = []
    for start, end, new_start, new_end in made.pieces:
        [given] = placeholders_in(redacted[new_start:new_end])
        words = render_placeholder(style, given.type, given.number or 1, end - start)
        changes.append((start, end, words))
    return replaced(text, changes)


def for_engine(text: str) -> tuple[str, OffsetMap]:
    """`text` with every placeholder in the one style the engine leaves alone, and the map there.

    For redacting a stored text once more: in another style a placeholder could be taken for a
    cue word, or for part of a number.
    """
    odd = [one for one in placeholders_in(text) if one.number is None]
    return replaced(text, [(one.start, one.end, f"[{one.type or _SOME_TYPE}_1]") for one in odd])


def without_placeholders(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those of `spans` (code points of `text`) that touch no placeholder."""
    held = [(one.start, one.end) for one in placeholders_in(text)]
    return [
        (start, end)
        for start, end in spans
        if not any(start < high and low < end for low, high in held)
    ]
