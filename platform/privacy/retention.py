"""Classes of data that are not kept for ever, as each app registers them when it is ready."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


def _one_scope(stores: Sequence[Any] | None = None) -> dict[str, str]:
    return {}


@dataclass(frozen=True)
class RetentionClass:
    """A class of data: what it is called, how long it is kept, and how what is too old goes.

    `expire(actor, scope, before, dry)` removes what is older than `before` in `scope` ("": all
    that has no rule of its own; then `scopes` that have one are passed as `but`), and returns how
    many rows or files it was. `dry`: only count. `days` None: until somebody erases it.
    `scopes(stores)`: what can have a rule of its own, by what people call it, of these stores
    (None: of all).
    """

    key: str
    words: Any
    days: int | None
    expire: Callable[[Any, str, list[str], datetime, bool], int]
    scopes: Callable[[Sequence[Any] | None], dict[str, str]] = _one_scope


_classes: dict[str, RetentionClass] = {}


def register(found: RetentionClass) -> None:
    _classes[found.key] = found


def classes() -> list[RetentionClass]:
    return list(_classes.values())


def class_of(key: str) -> RetentionClass:
    """Raises KeyError."""
    return _classes[key]
