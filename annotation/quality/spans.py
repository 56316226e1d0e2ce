"""How far two people mark the same words: F1, taking the one's marks as found by the other.

Chance plays no part, since there is no number of places that were not marked: G. Hripcsak and
A. S. Rothschild (2005), Agreement, the F-Measure, and Reliability in Information Retrieval, JAMIA
12, 296-298. F1 is the same whoever is taken as right.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np

from annotation.quality.bootstrap import RUNS, Floats, interval, patterns

Span = tuple[int, int, str]
"""(start, end, kind): code points of one text, end exclusive."""

Marked = tuple[Collection[Span], Collection[Span]]
"""What two people marked in one review; both were asked to."""


FEWEST = 20
"""Reviews, and marks, below which no figure is given: its interval would say nothing."""


@dataclass(frozen=True, slots=True)
class SpanAgreement:
    """`value` None: neither marked anything. `items`: reviews both looked at; `spans`: marks."""

    value: float | None
    low: float | None
    high: float | None
    items: int
    spans: int

    @property
    def is_few(self) -> bool:
        """Whether there are too few reviews or marks to say a figure."""
        return self.items < FEWEST or self.spans < FEWEST


def exact(one: Collection[Span], other: Collection[Span]) -> int:
    """How many marks are the same: start, end and kind."""
    return len(set(one) & set(other))


def overlapping(one: Collection[Span], other: Collection[Span]) -> int:
    """The most marks that can be paired one to one: of one kind, with a character in common."""
    theirs = sorted(set(other))
    mine = sorted(set(one))
    near = [
        [at for at, b in enumerate(theirs) if a[2] == b[2] and a[0] < b[1] and b[0] < a[1]]
        for a in mine
    ]
    taken: dict[int, int] = {}

    def place(at: int, tried: set[int]) -> bool:
        # Augmenting paths: a mark that is taken already may make room by taking another one.
        for other_at in near[at]:
            if other_at not in tried:
                tried.add(other_at)
                if other_at not in taken or place(taken[other_at], tried):
                    taken[other_at] = at
                    return True
        return False

    return sum(place(at, set()) for at in range(len(mine)))


def f1(
    marked: Iterable[Marked], *, whole: bool = True, blank: int = 0, runs: int = RUNS
) -> SpanAgreement:
    """F1 over all reviews of pairs of people, marks pooled; `whole`: only the same ends count.

    `blank`: more pairs that both looked and marked nothing.
    """
    matches = exact if whole else overlapping
    rows = [[2 * matches(one, other), len(set(one)) + len(set(other))] for one, other in marked]
    items = len(rows) + blank
    if blank:
        rows.append([0, 0])
    if not rows:
        return SpanAgreement(None, None, None, 0, 0)
    kinds, counts = patterns(np.array(rows, float))
    if blank:
        counts[(kinds == 0).all(axis=1)] += blank - 1
    spans = int(counts @ kinds[:, 1])
    if not spans:
        return SpanAgreement(None, None, None, items, 0)
    ends = interval(kinds, counts, _f1, runs=runs)
    low, high = ends if ends is not None else (None, None)
    return SpanAgreement(float(counts @ kinds[:, 0] / spans), low, high, items, spans)


def _f1(sums: Floats) -> Floats:
    """[B, 2] (twice the matches, marks of both) to F1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(sums[:, 1] > 0, sums[:, 0] / sums[:, 1], np.nan)
