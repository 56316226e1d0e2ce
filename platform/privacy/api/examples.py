from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

_REQUEST: dict[str, Any] = {
    "id": 12,
    "kind": "erase",
    "law": "gdpr",
    "state": "found",
    "stores": ["lanting"],
    "purposes": [],
    "found": [{"place": "Reviews", "count": 2}],
    "done": [],
    "models": [],
    "received_at": "2026-03-02T09:30:00+08:00",
    "due_at": "2026-04-01T09:30:00+08:00",
    "closed_at": None,
    "extended": False,
    "archive": False,
    "certificate": "",
}
REQUEST_IN = OpenApiExample(
    "Erase a shopper",
    value={
        "kind": "erase",
        "stores": ["lanting"],
        "identifiers": [
            {"kind": "shopper", "value": "u-20981"},
            {"kind": "email", "value": "li.wei@example.com"},
        ],
    },
    request_only=True,
)
REQUEST = OpenApiExample("A request that waits", value=_REQUEST, response_only=True)
REQUEST_PAGE = OpenApiExample(
    "One request",
    value={"items": [_REQUEST], "next": None, "next_cursor": None},
    response_only=True,
)
DECISION = OpenApiExample("Carry it out", value={"what": "approve"}, request_only=True)
