"""Originals of stored texts, where the policy of their source had them sealed.

Opening leaves a trace and asks for the privacy role and a reason; `privacy` sees to both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reviews.models import Review


class OriginalNotKept(LookupError):
    """The source keeps no original, or it was erased."""


class OriginalClosed(PermissionError):
    """The original is there, and this person may not open it, or gave no reason."""


# (actor, reason, review) -> the cleaned original; raises OriginalNotKept or OriginalClosed.
Opener = Callable[[Any, str, Review], str]
_openers: list[Opener] = []


def register(opener: Opener) -> None:
    """Say how originals are opened; the last one registered counts."""
    _openers.append(opener)


def original_open(*, actor: Any, reason: str, review: Review) -> str:
    """What `review` said before redaction. Raises OriginalNotKept, OriginalClosed."""
    if not _openers or review.sealed_original is None:
        raise OriginalNotKept
    return _openers[-1](actor, reason, review)


def original_kept(review: Review) -> bool:
    """Whether there is an original that could be opened."""
    return bool(_openers) and review.sealed_original is not None
