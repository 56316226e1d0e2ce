"""The look through all labels is done by whoever trains models, who says here how it is begun."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from common.models import Job

Start = Callable[[Any], Job]

_start: list[Start] = []


def register(start: Start) -> None:
    """`start(actor)` writes the job down, or gives the one that is under way."""
    _start[:] = [start]


def label_check_start(*, actor: Any) -> Job:
    """The job that looks through all labels; the caller wakes a worker for it.

    Raises RuntimeError where no app has said how.
    """
    if not _start:
        raise RuntimeError("no app has said how labels are looked through")
    return _start[0](actor)
