"""JSON and JSON Lines, one value at a time, with the line each begins on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO

from annotation.formats.record import Trouble, Unmapped, UnreadableLabels
from reviews.importing.values import LONGEST_TEXT

_LONGEST = 8 * 1024**2  # bytes of a line
_LARGEST = 512 * 1024**2  # bytes of a file that is one JSON value
_HALF = re.compile("[\ud800-\udfff]")
_BLANK = re.compile(rb"\s*\Z")


def values(file: BinaryIO) -> Iterator[tuple[int, dict[str, Any] | Trouble]]:
    """The objects of a file: a line each, or one after another over several lines, or one list.

    Raises UnreadableLabels where the file is neither.
    """
    begin = file.read(4096)
    file.seek(0)
    if begin.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in begin:
        raise UnreadableLabels("The file is not UTF-8 text; save it as UTF-8 and send it again.")
    head = begin.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head:
        raise UnreadableLabels("The file is empty.")
    if head.startswith(b"[") or (head.startswith(b"{") and not _first_line_is_whole(file)):
        yield from _documents(file)
        return
    yield from _lines(file)


def _first_line_is_whole(file: BinaryIO) -> bool:
    line = b""
    while not line.strip():
        line = file.readline(_LONGEST)
    file.seek(0)
    line = line.removeprefix(b"\xef\xbb\xbf")
    try:
        json.loads(line)
    except ValueError:
        return line.rstrip().endswith(b"}")
    return True


def _lines(file: BinaryIO) -> Iterator[tuple[int, dict[str, Any] | Trouble]]:
    number = 0
    while line := file.readline(_LONGEST):
        number += 1
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if len(line) == _LONGEST:
            while (rest := file.readline(_LONGEST)) and not rest.endswith(b"\n"):
                pass
            yield number, Trouble(number, "too_long")
            continue
        if _BLANK.match(line):
            continue
        yield number, _object(line, number)


def _object(line: bytes, number: int) -> dict[str, Any] | Trouble:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return Trouble(number, "unreadable")
    return found if isinstance(found, dict) else Trouble(number, "unreadable")


def _documents(file: BinaryIO) -> Iterator[tuple[int, dict[str, Any] | Trouble]]:
    raw = file.read(_LARGEST + 1)
    if len(raw) > _LARGEST:
        raise UnreadableLabels(
            f"A file that is one JSON value may have {_LARGEST // 1024**2} MB; send it in parts."
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableLabels(
            "The file is not UTF-8 text; save it as UTF-8 and send it again."
        ) from None
    decoder = json.JSONDecoder()
    is_list = text.lstrip().startswith("[")
    at = _skip(text, 0, "[" if is_list else "")
    line, counted = 1, 0
    while at < len(text) and not (is_list and text[at] == "]"):
        line, counted = line + text.count("\n", counted, at), at
        try:
            found, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            # What follows cannot be told apart from it.
            yield line, Trouble(line, "unreadable_from_here")
            return
        yield line, found if isinstance(found, dict) else Trouble(line, "unreadable")
        at = _skip(text, at, "," if is_list else "")


def _skip(text: str, at: int, also: str) -> int:
    while at < len(text) and (text[at].isspace() or (also and text[at] == also)):
        at += 1
    return at


def string(value: Any) -> str:
    """A string or a number as text; anything else is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    # Halves of characters and NUL cannot be stored.
    return str(value).encode("utf-8", "replace").decode().replace("\x00", "")


def number_of(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value < float("inf") else None


def whole_of(value: Any) -> int | None:
    """A whole number from 1 on that fits a column of ids, also written as digits; else None."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 < value < 2**63 else None


def time_of(value: Any) -> datetime | None:
    """ISO 8601, or seconds since 1970; without a zone it is UTC. Raises Unmapped."""
    if value is None or value == "":
        return None
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        found = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError):
        raise Unmapped("bad_time") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def text_of(value: Any) -> str:
    """Raises Unmapped where it is no text."""
    if not isinstance(value, str) or not value.strip():
        raise Unmapped("no_text")
    if len(value) > LONGEST_TEXT:
        raise Unmapped("too_long")
    if _HALF.search(value):
        raise Unmapped("unreadable")
    return value
