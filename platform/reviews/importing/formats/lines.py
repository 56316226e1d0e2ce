"""JSON Lines: one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TextIO

from reviews.importing.problems import (
    LONGEST_CELL,
    LONGEST_RAW,
    MOST_COLUMNS,
    RawRow,
    Rejection,
)

LONGEST_LINE = 1024 * 1024  # characters
_DEEPEST = 3  # levels of objects in objects that become columns of their own


def read(text: TextIO) -> Iterator[RawRow]:
    line = 0
    while raw := text.readline(LONGEST_LINE + 1):
        line += 1
        if len(raw) > LONGEST_LINE:
            kept = raw[:LONGEST_RAW]
            while raw and not raw.endswith("\n"):
                raw = text.readline(LONGEST_LINE)
            yield RawRow(line, {}, Rejection("", "too_long", "a line of more than 1 MB"), kept)
            continue
        plain = raw.strip()
        if plain:
            yield from_json(line, plain)


def from_json(line: int, raw: str) -> RawRow:
    """The row of one JSON object, or what is wrong with it."""
    raw = raw.lstrip("\ufeff")
    try:
        # Bytes that were no text came in as halves of characters; JSON writes those as \\u.
        raw.encode()
        value = json.loads(raw)
    except UnicodeEncodeError:
        return _bad(line, raw, "encoding", "bytes that are not UTF-8")
    except (ValueError, RecursionError):
        return _bad(line, raw, "bad_json", "not a JSON object on one line")
    return from_value(line, value, raw)


def from_value(line: int, value: Any, raw: str) -> RawRow:
    if not isinstance(value, dict):
        return _bad(line, raw, "bad_json", "not a JSON object")
    found: dict[str, str] = {}
    try:
        _flatten(value, "", 0, found)
    except RecursionError:
        return _bad(line, raw, "bad_json", "objects within objects without end")
    if len(found) > MOST_COLUMNS:
        why = f"{len(found)} keys; at most {MOST_COLUMNS} are read"
        return _bad(line, raw, "columns", why)
    return RawRow(line, found)


def _bad(line: int, raw: str, reason: str, detail: str) -> RawRow:
    return RawRow(line, {}, Rejection("", reason, detail), raw[:LONGEST_RAW])


def _flatten(value: dict[Any, Any], before: str, depth: int, found: dict[str, str]) -> None:
    """`{"product": {"id": 7}}` has the column `product.id`."""
    for key, item in value.items():
        if type(item) is str:
            found[before + key] = item if len(item) <= LONGEST_CELL else item[: LONGEST_CELL + 1]
        elif item is None:
            found[before + key] = ""
        elif isinstance(item, dict) and depth < _DEEPEST:
            _flatten(item, f"{before}{key}.", depth + 1, found)
        elif isinstance(item, bool | list | dict):
            found[before + key] = json.dumps(item, ensure_ascii=False)[: LONGEST_CELL + 1]
        else:
            found[before + key] = str(item)
