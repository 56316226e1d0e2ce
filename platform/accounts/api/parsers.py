"""Bodies, read within limits and hashed on the way (the hash tells two requests apart)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from common.problems import Problem

LARGEST_JSON = 16 * 1024 * 1024  # bytes
LARGEST_LINES = 256 * 1024 * 1024  # bytes of an NDJSON body
LARGEST_LINE = 1024 * 1024  # bytes
NDJSON = "application/x-ndjson"


class BadJson(ValueError):
    """Not JSON as RFC 8259 has it."""


def _refuse_constant(name: str) -> None:
    raise BadJson(name)  # NaN and Infinity are Python's, not JSON's


def strict_json(raw: bytes) -> Any:
    """The value. Raises BadJson."""
    try:
        return json.loads(raw.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise BadJson from None


def _too_large(limit: int) -> Problem:
    return Problem(413, _("At most %(n)d bytes are taken at once.") % {"n": limit})


class Body:
    """A body that is read once, at most `limit` bytes of it."""

    def __init__(self, stream: BinaryIO, limit: int, announced: int) -> None:
        if announced > limit:
            raise _too_large(limit)
        self._stream = stream
        self._limit = limit
        self._size = 0
        self._digest = hashlib.sha256()

    def _seen(self, raw: bytes) -> bytes:
        self._size += len(raw)
        if self._size > self._limit:
            raise _too_large(self._limit)
        self._digest.update(raw)
        return raw

    def all(self) -> bytes:
        return self._seen(self._stream.read(self._limit + 1))

    def pieces(self, size: int) -> Iterator[bytes]:
        """The body in pieces of up to `size` bytes, as far as it comes."""
        while piece := self._seen(self._stream.read(size)):
            yield piece

    def lines(self) -> Iterator[bytes | None]:
        """Each line; None for one that is longer than `LARGEST_LINE`, of which nothing is kept."""
        while raw := self._seen(self._stream.readline(LARGEST_LINE + 1)):
            if len(raw) <= LARGEST_LINE:
                yield raw
                continue
            while raw and not raw.endswith(b"\n"):
                raw = self._seen(self._stream.readline(LARGEST_LINE))
            yield None

    def hash(self) -> str:
        """SHA-256 of the whole body; what was not read yet is read and dropped."""
        while self._seen(self._stream.read(1 << 16)):
            pass
        return self._digest.hexdigest()


def _open(stream: Any, context: Mapping[str, Any] | None, limit: int) -> Body:
    request: Request = (context or {})["request"]
    body = Body(stream, limit, int(request.META.get("CONTENT_LENGTH") or 0))
    request._request.api_body = body  # type: ignore[attr-defined]
    return body


class JsonParser(BaseParser):
    """A JSON object."""

    media_type = "application/json"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        try:
            found = strict_json(_open(stream, parser_context, LARGEST_JSON).all())
        except BadJson:
            raise Problem(400, _("The body is not JSON in UTF-8."), kind="bad-json") from None
        if not isinstance(found, dict):
            raise Problem(400, _("The body is JSON, but not an object."), kind="bad-json")
        return found


class StreamParser(BaseParser):
    """A body of at most `limit` bytes, of which nothing is read before the view asks for it."""

    limit: int

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Body:
        return _open(stream, parser_context, self.limit)


class NdjsonParser(StreamParser):
    """One JSON object a line."""

    media_type = NDJSON
    limit = LARGEST_LINES


def body_of(request: Request) -> Any:
    """The parsed body. Raises Problem when there is none, or its length is not given."""
    if not request.META.get("CONTENT_LENGTH") and "HTTP_TRANSFER_ENCODING" in request.META:
        # WSGI gives no body without a length; it would look empty.
        raise Problem(411, _("Send the header Content-Length; chunked bodies are not read."))
    found = request.data
    if found == {} and not int(request.META.get("CONTENT_LENGTH") or 0):
        raise Problem(400, _("The body is empty."), kind="bad-json")
    return found


def body_hash(request: Request) -> str:
    return str(request._request.api_body.hash())  # type: ignore[attr-defined]
