"""When a review needs nobody any more: the rule, without the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

State = Literal["done", "to_settle", "waiting", "left_out"]


def state_of(
    choices: Sequence[str], *, wanted: int, skips: int = 0, adjudicated: bool = False
) -> State:
    """Where one question about one review stands.

    Done: a lead decided, or it wants one answer and has it, or two agree and no other two agree
    on something else. To settle: two or more answers, and no such agreement. Left out: everybody
    who looked skipped it. A skip beside an answer leaves its place empty, so that the answer
    counts alone; else it waits.
    """
    if adjudicated:
        return "done"
    if not choices:
        return "left_out" if skips >= wanted else "waiting"
    (_, first), *rest = Counter(choices).most_common(2)
    if len(choices) == 1:
        return "done" if wanted - skips <= 1 else "waiting"
    if first >= 2 and (not rest or rest[0][1] < first):
        return "done"
    return "to_settle"
