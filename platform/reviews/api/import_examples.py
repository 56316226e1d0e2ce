"""Examples of the OpenAPI document about files."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample

_ID = "5f0c2f0e-6c0e-4c57-9f3c-3a8d6f0b7a11"
_UPLOAD = {
    "id": _ID,
    "file_name": "march.csv.gz",
    "source": "shop-export",
    "store": "lanting",
    "size": 41_200_311,
    "received": 33_554_432,
}
_IMPORT = {
    "id": 12,
    "file_name": "march.csv.gz",
    "source": "shop-export",
    "store": "lanting",
    "state": "running",
    "dry_run": False,
    "error": "",
    "mapping": {"text": "#2"},
    "rows": 4000,
    "rows_in_file": 120_000,
    "created": 3990,
    "updated": 4,
    "unchanged": 2,
    "deleted": 1,
    "rejected": 3,
    "reasons": [{"reason": "bad_date", "field": "date", "rows": 3}],
}
_REJECT = {
    "line": 7,
    "field": "date",
    "reason": "bad_date",
    "detail": "day and month cannot be told apart; write YYYY-MM-DD",
    "content": "r-1007 | 打我电话 [PHONE_1] | 03/04/2025",
}

UPLOAD = [
    OpenApiExample(
        "A file of 41 MB",
        {
            "file_name": "march.csv.gz",
            "size": 41_200_311,
            "source": "shop-export",
            "store": "lanting",
        },
        request_only=True,
        media_type="application/json",
    ),
    OpenApiExample("Half of it is there", _UPLOAD, response_only=True, status_codes=["200", "201"]),
]
PIECE = [
    OpenApiExample(
        "The first bytes",
        "id,text\n1,",
        request_only=True,
        media_type="application/octet-stream",
    )
]
IMPORT = [
    OpenApiExample(
        "One unusual column",
        {"upload": _ID, "mapping": {"text": "Opinion"}, "dry_run": False},
        request_only=True,
    ),
    OpenApiExample(
        "An export of Yotpo, only looked at",
        {"upload": _ID, "preset": "yotpo", "dry_run": True},
        request_only=True,
    ),
    OpenApiExample("On its way", _IMPORT, response_only=True, status_codes=["200", "202"]),
]
REJECTS = [
    OpenApiExample("One line", _REJECT, response_only=True, media_type="application/x-ndjson")
]
