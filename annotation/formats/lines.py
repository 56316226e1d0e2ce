"""JSON and JSON Lines, one value at a time, with the line each begins on."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO

from annotation.formats.record import Trouble, Unmapped, UnreadableLabels
from reviews.importing.values import LONGEST_TEXT

_LONGEST = 8 * 1024**2  # bytes of a line, characters of a value
_CHUNK = 1024**2  # bytes read at once
_LOOKED_AT = 100  # first lines, to see whether each holds a value
_HALF = re.compile("[\ud800-\udfff]")
_BLANK = re.compile(rb"\s*\Z")
_BOM = b"\xef\xbb\xbf"
_NOT_UTF8 = "The file is not UTF-8 text; save it as UTF-8 and send it again."
Found = dict[str, Any] | Trouble


def values(file: BinaryIO) -> Iterator[tuple[int, Found]]:
    """The objects of a file: a line each, or one after another over several lines, or one list.

    With each goes the line it begins on; in a list its place there, as tools write a list on one
    line. Read piece by piece, however large the file is. Raises UnreadableLabels where it is
    neither.
    """
    begin = file.read(4096)
    file.seek(0)
    if begin.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in begin:
        raise UnreadableLabels(_NOT_UTF8)
    head = begin.removeprefix(_BOM).lstrip()
    if not head:
        raise UnreadableLabels("The file is empty.")
    if head.startswith(b"[") or (head.startswith(b"{") and not _is_by_line(file)):
        yield from _documents(file, is_list=head.startswith(b"["))
        return
    yield from _lines(file)


def _is_by_line(file: BinaryIO) -> bool:
    """Whether one of the first lines is an object of its own; the first one may be damaged."""
    first = b""
    found = False
    for _ in range(_LOOKED_AT):
        line = file.readline(_LONGEST)
        if not line:
            break
        line = line.removeprefix(_BOM)
        first = first or line.strip()
        # Within an object over several lines they are indented.
        if len(line) == _LONGEST or (line.startswith(b"{") and isinstance(_object(line, 0), dict)):
            found = True
            break
    file.seek(0)
    return found or first.endswith(b"}")


def _lines(file: BinaryIO) -> Iterator[tuple[int, Found]]:
    number = 0
    while line := file.readline(_LONGEST):
        number += 1
        if number == 1:
            line = line.removeprefix(_BOM)
        if len(line) == _LONGEST and not line.endswith(b"\n"):
            while (rest := file.readline(_LONGEST)) and not rest.endswith(b"\n"):
                pass
            yield number, Trouble(number, "too_long")
            continue
        if _BLANK.match(line):
            continue
        yield number, _object(line, number)


def _object(line: bytes, number: int) -> Found:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return Trouble(number, "unreadable")
    return found if isinstance(found, dict) else Trouble(number, "unreadable")


class _Text:
    """The text of a file as it is read, without what was taken from it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._json = json.JSONDecoder()
        self._text = ""
        self._at = 0
        self.line = 1

    def _more(self, size: int) -> bool:
        piece = self._file.read(size)
        try:
            self._text = self._text[self._at :] + self._decoder.decode(piece, final=not piece)
        except UnicodeDecodeError:
            raise UnreadableLabels(_NOT_UTF8) from None
        self._at = 0
        return bool(piece)

    def _take(self, end: int) -> None:
        self.line += self._text.count("\n", self._at, end)
        self._at = end

    def next(self, between: str = "") -> str:
        """The next character that is neither blank nor `between`; "" at the end."""
        while True:
            at = self._at
            while at < len(self._text) and (self._text[at].isspace() or self._text[at] == between):
                at += 1
            self._take(at)
            if at < len(self._text):
                return self._text[at]
            if not self._more(_CHUNK):
                return ""

    def value(self) -> Any:
        """The JSON value that begins here. Raises ValueError or RecursionError."""
        while True:
            try:
                found, end = self._json.raw_decode(self._text, self._at)
            except ValueError:
                # Perhaps cut off by what was read so far; twice as much next time.
                held = len(self._text) - self._at
                if held > _LONGEST or not self._more(max(_CHUNK, held)):
                    raise
            else:
                self._take(end)
                return found

    def skip(self) -> None:
        self._take(self._at + 1)


def _documents(file: BinaryIO, is_list: bool) -> Iterator[tuple[int, Found]]:
    text = _Text(file)
    if is_list:
        text.next()
        text.skip()
    number = 0
    while (head := text.next("," if is_list else "")) and not (is_list and head == "]"):
        number += 1
        place = number if is_list else text.line
        try:
            found = text.value()
        except (ValueError, RecursionError):
            # What follows cannot be told apart from it.
            yield place, Trouble(place, "unreadable_from_here")
            return
        yield place, found if isinstance(found, dict) else Trouble(place, "unreadable")
    if is_list:
        if head:
            text.skip()
        if not head or text.next():
            # Cut off, or something stands behind the list.
            yield number + 1, Trouble(number + 1, "unreadable_from_here")


def string(value: Any) -> str:
    """A string or a number as text; anything else is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    # Halves of characters and NUL cannot be stored.
    return str(value).encode("utf-8", "replace").decode().replace("\x00", "")


def number_of(value: Any) -> float | None:
    """Not negative and not endless; else None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if 0 <= found < float("inf") else None


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
