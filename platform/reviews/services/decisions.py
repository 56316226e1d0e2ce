"""What people decided about words of a review, kept as keyed hashes: it holds for the same words.

A decision outlives the text it was made on: when the review comes in again, or is redacted from
its sealed original, what was added is replaced again, and what was rejected stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from privacy.listed_values import value_hash
from privacy.styles import (
    Style,
    next_number,
    placeholders_in,
    render_placeholder,
    replaced,
)
from reviews.models import Doubt


@dataclass(slots=True)
class Decided:
    """Of one review. gone: {length: {hash: type}} of words to replace; kept: hashes that stay.

    undecided: those of `gone` that were reported, and that nobody has looked at yet.
    """

    gone: dict[int, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    kept: set[str] = field(default_factory=set)
    undecided: set[str] = field(default_factory=set)


def decided_about(review_ids: Iterable[int]) -> dict[int, Decided]:
    """The decisions about these reviews that still have to hold."""
    found: dict[int, Decided] = {}
    rows = (
        Doubt.objects.filter(review__in=list(review_ids))
        .exclude(value_hash="")
        .order_by("decided_at", "pk")
        .values_list("review_id", "state", "type", "value_hash", "value_length")
    )
    for review, state, kind, hashed, length in rows:
        said = found.setdefault(review, Decided())
        if state == Doubt.State.REJECTED:
            said.kept.add(hashed)
            for hashes in said.gone.values():
                hashes.pop(hashed, None)
        elif state in {Doubt.State.CONFIRMED, Doubt.State.CORRECTED, Doubt.State.OPEN}:
            said.gone[length or 0][hashed] = kind
            said.kept.discard(hashed)
            if state == Doubt.State.OPEN:
                said.undecided.add(hashed)
    return found


def words_found(text: str, gone: dict[int, dict[str, str]]) -> list[tuple[int, int, str]]:
    """(start, end, type) of the decided words in `text`, outside placeholders, not overlapping."""
    held = [(one.start, one.end) for one in placeholders_in(text)]
    found: list[tuple[int, int, str]] = []
    for length in sorted(gone, reverse=True):
        hashes = gone[length]
        for start in range(len(text) - length + 1) if hashes and length else ():
            taken = [*held, *((a, b) for a, b, _ in found)]
            if any(start < high and low < start + length for low, high in taken):
                continue
            kind = hashes.get(value_hash(text[start : start + length]))
            if kind is not None:
                found.append((start, start + length, kind))
    return sorted(found)


def placed(
    text: str, spans: Iterable[tuple[int, int, str]], style: Style
) -> tuple[str, Any, list[tuple[int, int]]]:
    """`text` with these (start, end, type) replaced, the map there, and the new places.

    The same words get the same number, and numbers go on after those in the text.
    """
    numbers: dict[tuple[str, str], int] = {}
    following: dict[str, int] = {}
    changes = []
    for start, end, kind in sorted(spans):
        key = (kind, value_hash(text[start:end]))
        if key not in numbers:
            numbers[key] = following.get(kind, next_number(text, kind))
            following[kind] = numbers[key] + 1
        words = render_placeholder(style, kind, numbers[key], end - start)
        changes.append((start, end, words))
    done, offset_map = replaced(text, changes)
    return done, offset_map, [(piece[2], piece[3]) for piece in offset_map.pieces]
