from __future__ import annotations

from typing import Any

from django import template

from privacy import audit_words

register = template.Library()

register.filter("action_words", audit_words.action_words)
register.filter("object_words", audit_words.object_words)
register.filter("guard_words", audit_words.guard_words)


@register.filter
def broken_words(broken: dict[str, Any]) -> str:
    return audit_words.broken_words(broken["what"], broken["entry"], broken["link"])


@register.filter
def details_words(details: dict[str, Any]) -> str:
    """The details of an entry on one line; they are ids, counts and settings by name."""
    return ", ".join(f"{name}: {_short(value)}" for name, value in details.items())


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + details_words(value) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_short(one) for one in value) + "]"
    return "–" if value is None else str(value)
