"""Settings from the environment, checked, with the variable named in every complaint."""

from __future__ import annotations

import os


class BadSetting(Exception):
    """A setting's value cannot be used; the message names it and says what would do."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    value = text(name, str(default)).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise BadSetting(f"{name} is {value!r}; use true or false")


def number(name: str, default: int, low: int, high: int) -> int:
    value = text(name, str(default))
    try:
        found = int(value)
    except ValueError:
        raise BadSetting(f"{name} is {value!r}; use a whole number") from None
    if not low <= found <= high:
        raise BadSetting(f"{name} is {found}; it must lie between {low} and {high}")
    return found


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]
