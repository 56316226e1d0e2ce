"""The keyed hashes of the audit trail: what they cover, and in which exact bytes.

Without the key, which is not in the database, whoever can write to the database can compute none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from privacy.vault.here import secret
from privacy.vault.keyed import keyed_hash

FIRST = "0" * 64  # what the first link takes for the one before
_EXACT = 2**53  # whole numbers below stay what they are in JSON, in PostgreSQL and in Python


def entry_mac(version: int, entry: Mapping[str, Any]) -> str:
    """Of an entry with id, at, actor_id, actor_name, action, object_type, object_id, details."""
    content = [
        entry["id"],
        _moment(entry["at"]),
        entry["actor_id"],
        entry["actor_name"],
        entry["action"],
        entry["object_type"],
        entry["object_id"],
        _normal(entry["details"]),
    ]
    return _mac(version, "entry", content)


def link_mac(version: int, number: int, before: str, entry_id: int, entry: str) -> str:
    """Of the link `number` after a link with the hash `before`, to the entry with hash `entry`."""
    return _mac(version, "link", [number, before, entry_id, entry])


def mark_mac(version: int, number: int, head: str) -> str:
    return _mac(version, "mark", [number, head])


def current_key() -> int:
    return secret("trail").current()


def _mac(version: int, what: str, content: list[Any]) -> str:
    text = json.dumps([what, *content], sort_keys=True, ensure_ascii=False, allow_nan=False)
    return keyed_hash(secret("trail").value(version), text)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _normal(value: Any) -> Any:
    """`value` as it is after a way through jsonb, whichever way its numbers were written."""
    if isinstance(value, Mapping):
        return {str(name): _normal(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_normal(one) for one in value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if abs(value) >= _EXACT or value != int(value):
        return float(value)
    return int(value)
