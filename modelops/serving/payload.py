"""What a request to the text service may hold; a complaint names the field and the place."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

MOST_TEXTS = 1000
LONGEST_TEXT = 20_000  # code points
LARGEST_BODY = 100 * 1024 * 1024  # bytes


class BadRequest(Exception):
    """The message is for whoever sent the request and quotes none of its texts."""


@dataclass(frozen=True, slots=True)
class Asked:
    texts: list[str]
    questions: list[str] | None
    policy: dict[str, Any] | None = None


def read(body: bytes) -> Asked:
    """The checked payload. Raises BadRequest."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequest("the body is not JSON") from None
    if not isinstance(value, dict):
        raise BadRequest("the body is not a JSON object")
    return Asked(
        _texts(value.get("texts")), _questions(value.get("questions")), _policy(value.get("policy"))
    )


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise BadRequest("texts: give a list of strings")
    if len(value) > MOST_TEXTS:
        raise BadRequest(f"texts: {len(value)} texts; send at most {MOST_TEXTS} at once")
    for place, text in enumerate(value):
        if not isinstance(text, str):
            raise BadRequest(f"texts[{place}]: not a string")
        if len(text) > LONGEST_TEXT:
            raise BadRequest(
                f"texts[{place}]: {len(text)} characters; at most {LONGEST_TEXT} are read"
            )
        if any("\ud800" <= char <= "\udfff" for char in text):
            raise BadRequest(f"texts[{place}]: holds half a character (a lone surrogate)")
    return value


def _questions(value: Any) -> list[str] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(key, str) for key in value):
        raise BadRequest("questions: give a list of keys, or leave it out for all")
    return value


def _policy(value: Any) -> dict[str, Any] | None:
    if value is not None and not isinstance(value, dict):
        raise BadRequest("policy: give an object, or leave it out")
    return value
