"""What hangs on a question's choices further up: whoever has such rows registers how they follow.

Models' answers live above this app. They are counted for the preview, carried over in the
transaction of the change, and put right when a change is taken back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from annotation.label_set_plan import Plan
from annotation.models import LabelSetChange, Question

Progress = Callable[[int, int], None]
"""How many of how many rows are ready."""


def _nothing_to_prepare(before: Question, after: Question, plan: Plan, said: Progress) -> Any:
    """Its rows are few: they follow in the transaction of the change."""


def _nothing_to_drop(after: Question) -> None:
    """Nothing was prepared."""


@dataclass(frozen=True, slots=True)
class Follower:
    """`foresee` and `follow` give the same counts, JSON-ready: before the change and from it.

    Lower ranks go first. `follow` and `undo` run inside the transaction of the change, while
    nobody can store answers: what takes long is done by `prepare`, in small transactions before
    it, and taken away by `drop` where the change is not made. What `prepare` returns is handed to
    `follow`.
    """

    name: str
    rank: int
    foresee: Callable[[Question, Plan], dict[str, Any]]
    follow: Callable[[LabelSetChange, Any], dict[str, Any]]
    undo: Callable[[LabelSetChange], None]
    prepare: Callable[[Question, Question, Plan, Progress], Any] = _nothing_to_prepare
    drop: Callable[[Question], None] = _nothing_to_drop
    # What is amiss with the set as it is: a model's name and the old choices that hold it up.
    amiss: Callable[[Question], dict[str, list[str]]] = lambda question: {}


_followers: dict[str, Follower] = {}


def register(follower: Follower) -> None:
    _followers[follower.name] = follower


def followers() -> list[Follower]:
    return sorted(_followers.values(), key=lambda one: one.rank)
