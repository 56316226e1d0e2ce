"""What the apps above add to the monthly report; each registers its part when it is ready."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

# (begin, end, store ids) -> a JSON value
Part = Callable[[datetime, datetime, Sequence[int]], Any]

REDACTION = "redaction"
MODELS = "models"

_parts: dict[str, Part] = {}


def register(name: str, part: Part) -> None:
    _parts[name] = part


def parts() -> dict[str, Part]:
    return dict(_parts)
