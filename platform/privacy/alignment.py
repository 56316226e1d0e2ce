"""From one redacted form of a text to another, when no map between the two was kept."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Final

from privacy.redaction.offsets import OffsetMap
from privacy.styles import placeholders_in

_WORD: Final = re.compile(r"[A-Za-z0-9_]+|.", re.DOTALL)
_MOST: Final = 4_000_000  # pairs of words that are compared; beyond it the middle counts as new


def align(old: str, new: str) -> OffsetMap:
    """The map from `old` to `new`, both redacted forms of the same text.

    Between the pieces both say the same. Of two equally good readings one is taken: a span that
    stands between pieces keeps its words, though perhaps not its place among repeats.
    """
    one, other = _words(old), _words(new)
    head = 0
    while head < min(len(one), len(other)) and one[head] == other[head]:
        head += 1
    tail = 0
    while tail < min(len(one), len(other)) - head and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    middle, target = one[head : len(one) - tail], other[head : len(other) - tail]
    return OffsetMap(tuple(_pieces(one, other, head, _edits(middle, target))))


Edit = tuple[int, int, int, int]


def _words(text: str) -> list[str]:
    found: list[str] = []
    done = 0
    for held in placeholders_in(text):
        found += _WORD.findall(text[done : held.start])
        found.append(text[held.start : held.end])
        done = held.end
    return found + _WORD.findall(text[done:])


def _edits(one: list[str], other: list[str]) -> list[Edit]:
    if not one and not other:
        return []
    if len(one) * len(other) > _MOST or not one or not other:
        return [(0, len(one), 0, len(other))]
    codes = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return [(a, b, c, d) for tag, a, b, c, d in codes if tag != "equal"]


def _pieces(one: list[str], other: list[str], head: int, edits: list[Edit]) -> list[Edit]:
    """Edits in words as pieces in code points, each taking something out and putting some in."""
    ends = [_ends(one), _ends(other)]
    grown: list[Edit] = []
    for a, b, c, d in ((a + head, b + head, c + head, d + head) for a, b, c, d in edits):
        if a == b or c == d:  # a map knows replacing only: take a neighbour along
            if a > 0 and c > 0:
                a, c = a - 1, c - 1
            else:
                b, d = min(b + 1, len(one)), min(d + 1, len(other))
        if grown and (a <= grown[-1][1] or c <= grown[-1][3]):
            first = grown.pop()
            a, c = first[0], first[2]
        grown.append((a, b, c, d))
    return [
        (ends[0][a], ends[0][b], ends[1][c], ends[1][d]) for a, b, c, d in grown if a < b and c < d
    ]


def _ends(words: list[str]) -> list[int]:
    found = [0]
    for word in words:
        found.append(found[-1] + len(word))
    return found
