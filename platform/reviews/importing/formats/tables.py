"""CSV and TSV (RFC 4180, as spreadsheets write it)."""

from __future__ import annotations

import csv
from collections import Counter, deque
from collections.abc import Iterator
from typing import TextIO

from reviews.importing.problems import (
    LONGEST_CELL,
    LONGEST_RAW,
    MOST_COLUMNS,
    RawRow,
    Rejection,
    UnreadableFile,
)

_LONGEST_RECORD = 1024 * 1024  # characters of one record, over all its lines
_DELIMITERS = (",", ";", "\t", "|")


class _TooLong(Exception):
    """One record is longer than any row of reviews."""


class _Lines:
    """The lines of a text, one record's of which can be given back to be read again."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._waiting: deque[str] = deque()
        self.number = 0
        self.taken: list[str] = []
        self._size = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self._waiting:
            line = self._waiting.popleft()
        else:
            line = self._text.readline(_LONGEST_RECORD + 1)
        if not line:
            raise StopIteration
        self.number += 1
        self.taken.append(line)
        self._size += len(line)
        if self._size > _LONGEST_RECORD:
            while line and not line.endswith(("\n", "\r")):
                line = self._text.readline(_LONGEST_RECORD)
            raise _TooLong
        return line

    def begin(self) -> None:
        self.taken = []
        self._size = 0

    def give_back(self) -> str:
        """Give back all lines of this record but the first, which is returned."""
        first, *others = self.taken
        self._waiting.extendleft(reversed(others))
        self.number -= len(others)
        self.begin()
        return first


def unique(header: list[str]) -> list[str]:
    """Column names that are all different: the second `note` becomes `note (2)`."""
    seen: Counter[str] = Counter()
    taken = set(header)
    found = []
    for name in header:
        seen[name] += 1
        called = name
        while seen[name] > 1 and called in taken:
            called = f"{name} ({seen[name]})"
            if called in taken:
                seen[name] += 1
        taken.add(called)
        found.append(called)
    return found


def checked_header(cells: list[str], name: str) -> list[str]:
    """The column names of a table. Raises UnreadableFile."""
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    header = [cell.strip().strip("\ufeff").replace("\x00", "") for cell in cells]
    if not any(header):
        raise UnreadableFile(f"{name} is empty or has no header line")
    if len(header) > MOST_COLUMNS:
        raise UnreadableFile(f"{name} has {len(header)} columns; at most {MOST_COLUMNS} are read")
    if any("\ud800" <= char <= "\udfff" for cell in header for char in cell):
        raise UnreadableFile(f"{name}: the header is not UTF-8; save the file as UTF-8")
    return unique([cell or f"#{at}" for at, cell in enumerate(header, 1)])


def read(text: TextIO, name: str) -> Iterator[RawRow]:
    """The rows of a table whose first line names the columns. Raises UnreadableFile."""
    csv.field_size_limit(_LONGEST_RECORD + 1)
    lines = _Lines(text)
    delimiter = _delimiter(lines)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        cells = next(reader)
    except (csv.Error, _TooLong):
        raise UnreadableFile(
            f"{name}: the header cannot be read; a quotation mark in it is not closed, "
            "or it is too long"
        ) from None
    header = checked_header(cells, name)
    yield from _rows(lines, reader, header, delimiter)


def _delimiter(lines: _Lines) -> str:
    """The delimiter of the header line, which is given back."""
    first = ""
    while not first.strip("\ufeff \r\n\t"):
        lines.begin()
        try:
            first = next(lines)
        except StopIteration:
            return ","
        except _TooLong:
            first = lines.taken[0]
            break
    plain = first.strip("\ufeff \r\n")
    if plain[:4].lower() == "sep=" and len(plain) == 5:  # Excel's own note
        lines.begin()
        return plain[4]
    outside = "".join(first.split('"')[::2])
    lines.taken.insert(0, "")
    lines.give_back()
    return max(_DELIMITERS, key=outside.count)


def _rows(
    lines: _Lines, reader: Iterator[list[str]], header: list[str], delimiter: str
) -> Iterator[RawRow]:
    width = len(header)
    while True:
        lines.begin()
        line = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _TooLong) as error:
            cells = _once_more(lines, delimiter, width, isinstance(error, _TooLong))
            if not cells:
                yield _unreadable(lines, line, error)
                continue
            lines.begin()
        if len(cells) > width:
            while len(cells) > width and not cells[-1].strip():
                del cells[-1]  # commas at the end, which spreadsheets leave
            if len(cells) > width:
                why = f"{len(cells)} cells for {width} columns; quote the text"
                yield RawRow(line, {}, Rejection("", "columns", why), _raw(lines.taken))
                continue
        if not any(map(str.strip, cells)):
            continue
        if max(map(len, cells)) > LONGEST_CELL:
            cells = [cell[: LONGEST_CELL + 1] for cell in cells]
        yield RawRow(line, dict(zip(header, cells, strict=False)))


def _once_more(lines: _Lines, delimiter: str, width: int, too_long: bool) -> list[str]:
    """A record that is odd rather than wrong (`"good" ,`), read generously; else nothing."""
    if too_long or len(lines.taken) != 1 or lines.taken[0].count('"') % 2:
        return []
    cells = next(csv.reader(lines.taken, delimiter=delimiter))
    return cells if len(cells) == width else []


def _unreadable(lines: _Lines, line: int, error: Exception) -> RawRow:
    if isinstance(error, _TooLong) and len(lines.taken) == 1:
        why = Rejection("", "too_long", "a line of more than 1 MB")
        return RawRow(line, {}, why, _raw(lines.taken))
    # The next lines are rows of their own, which an open quotation mark must not swallow.
    first = lines.give_back()
    why = Rejection(
        "", "bad_csv", "a quotation mark is not closed or not doubled; quote the text once"
    )
    return RawRow(line, {}, why, _raw([first]))


def _raw(taken: list[str]) -> str:
    return "".join(taken)[:LONGEST_RAW].rstrip("\r\n")
