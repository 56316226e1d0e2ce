"""When two findings overlap: which one stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from privacy.redaction.spans import Span


def resolve(spans: Iterable[Span], text: str) -> tuple[Span, ...]:
    """Sorted spans that do not overlap and cover whatever any of the given ones covered.

    1. Known values (score 1) come first, then the longer one, then the higher score, then the
       earlier start; type and rule settle what is left, so the result never depends on order.
    2. What a loser covered beyond the winner stays a span of its own if it holds a letter or a
       digit: dropping it would leave half a telephone number in the text.
    """
    ordered = sorted(
        spans,
        key=lambda s: (s.score < 1, s.start - s.end, -s.score, s.start, s.type, s.rule),
    )
    kept: list[Span] = []
    taken = bytearray(len(text))  # one byte per code point, so the work stays linear
    for span in ordered:
        for start, end in _free(taken, span):
            piece = replace(span, start=start, end=end)
            rest = piece if piece == span else _trim(piece, text)
            if rest is not None:
                kept.append(rest)
                taken[rest.start : rest.end] = b"\x01" * (rest.end - rest.start)
    return tuple(sorted(kept, key=lambda s: s.start))


def _free(taken: bytearray, span: Span) -> list[tuple[int, int]]:
    """The stretches of `span` that no earlier span has taken."""
    free, start = [], taken.find(0, span.start, span.end)
    while start >= 0:
        end = taken.find(1, start, span.end)
        end = span.end if end < 0 else end
        free.append((start, end))
        start = taken.find(0, end, span.end)
    return free


def _trim(span: Span, text: str) -> Span | None:
    """The remainder without marks at its ends, or None when nothing but marks is left."""
    start, end = span.start, span.end
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and not text[end - 1].isalnum():
        end -= 1
    return replace(span, start=start, end=end) if start < end else None
