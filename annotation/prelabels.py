"""Answers known before a person labels: whoever has them registers how they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Prelabel:
    """What a model says of a revision.

    answers: by question the choice and its calibrated probability. mentions: start, end (code
    points of the revision), kind, scope, score.
    """

    model: str
    answers: Mapping[str, tuple[str, float]]
    mentions: list[dict[str, Any]] = field(default_factory=list)


Ask = Callable[[Collection[int]], dict[int, Prelabel]]
"""By revision id; a revision without an answer is absent."""

_asked: dict[str, Ask] = {}


def register(name: str, ask: Ask) -> None:
    _asked[name] = ask


def unregister(name: str) -> None:
    _asked.pop(name, None)


def prelabels(revision_ids: Collection[int]) -> dict[int, Prelabel]:
    """What is known of the revisions; of two that know, the one registered last."""
    found: dict[int, Prelabel] = {}
    for ask in _asked.values():
        found |= ask(revision_ids)
    return found
