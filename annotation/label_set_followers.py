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


@dataclass(frozen=True, slots=True)
class Follower:
    """`foresee` and `follow` give the same counts, JSON-ready: before the change and from it.

    Lower ranks go first. All but `foresee` run inside the transaction of the change.
    """

    name: str
    rank: int
    foresee: Callable[[Question, Plan], dict[str, Any]]
    follow: Callable[[LabelSetChange], dict[str, Any]]
    undo: Callable[[LabelSetChange], None]
    # What is amiss with the set as it is: a model's name and the old choices that hold it up.
    amiss: Callable[[Question], dict[str, list[str]]] = lambda question: {}


_followers: dict[str, Follower] = {}


def register(follower: Follower) -> None:
    _followers[follower.name] = follower


def followers() -> list[Follower]:
    return sorted(_followers.values(), key=lambda one: one.rank)
