"""Pages of a list in the REST API. A page begins after a place, so every page costs the same."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from common.problems import Problem, invalid

DEFAULT_SIZE = 50
LARGEST_SIZE = 200


class PageQuery(serializers.Serializer):
    """Query parameters of every list."""

    limit = serializers.IntegerField(
        min_value=1,
        max_value=LARGEST_SIZE,
        default=DEFAULT_SIZE,
        help_text="Items on a page.",
    )
    cursor = serializers.CharField(
        required=False,
        max_length=200,
        help_text="Where to go on: `next_cursor` of the page before.",
    )


def cursor_encode(place: object) -> str:
    """An opaque cursor for a place that `str` writes down."""
    return base64.urlsafe_b64encode(str(place).encode()).decode().rstrip("=")


def cursor_decode(cursor: str) -> str:
    """The place as it was written. Raises Problem (422) for a cursor that we never gave."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError):
        raise bad_cursor() from None


def cursor_number(cursor: str) -> int:
    """The place where it is a number: of a list in the order of keys. Raises Problem (422)."""
    text = cursor_decode(cursor)
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise bad_cursor()
    return int(text)


def bad_cursor() -> Problem:
    return invalid("cursor", _("Give the `next_cursor` of the page before, unchanged."))


def page_body(request: Request, items: list[Any], following: object | None) -> dict[str, Any]:
    """`items` with the way on: `next` (an address) and `next_cursor`, null on the last page."""
    cursor = cursor_encode(following) if following is not None else None
    address = None
    if cursor is not None:
        query = request.query_params.copy()
        query["cursor"] = cursor
        address = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
    return {"items": items, "next": address, "next_cursor": cursor}
