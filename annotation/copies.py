"""Copies of texts that were handed to other programs for labelling, such as Label Studio.

Whoever hands texts out registers how they are taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Copies:
    """`count` and `erase` get ids of reviews, and say how many copies there are, or were.

    `erase` runs after the rows are gone and must be safe to run again; what it raises leaves the
    request open, so that somebody looks.
    """

    place: str
    count: Callable[[Sequence[int]], int]
    erase: Callable[[Sequence[int]], int]


_copies: dict[str, Copies] = {}


def register(copies: Copies) -> None:
    _copies[copies.place] = copies


def unregister(place: str) -> None:
    _copies.pop(place, None)


def copies_elsewhere() -> list[Copies]:
    return list(_copies.values())
