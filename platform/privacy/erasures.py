"""Where an app says how what it holds of an erased person goes, also after a restore."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# (store id, keys as strings, digests under the current key, details) -> rows erased
Handler = Callable[[int, list[str], list[str], dict[str, Any]], int]

_handlers: dict[str, list[Handler]] = {}


def register(kind: str, handler: Handler) -> None:
    """`handler` erases what its app holds; called again it does nothing more."""
    found = _handlers.setdefault(kind, [])
    if handler not in found:
        found.append(handler)


def handlers_of(kind: str) -> list[Handler]:
    return list(_handlers.get(kind, []))
