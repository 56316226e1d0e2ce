"""XLSX (ECMA-376, SpreadsheetML): the first sheet that has rows, read as a stream.

Libraries for it hold all strings of the workbook in memory; here they lie in a temporary file.
"""

from __future__ import annotations

import array
import os
import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO
from xml.parsers import expat

from reviews.importing.formats import packed
from reviews.importing.formats.tables import checked_header
from reviews.importing.problems import (
    LONGEST_CELL,
    MOST_COLUMNS,
    RawRow,
    Rejection,
    UnreadableFile,
)

_PIECE = 16 * 1024
_MOST_STRINGS = 20_000_000
_MOST_STYLES = 100_000
_COLUMN = re.compile(r"[A-Z]{1,4}")
# Number formats 14 to 22, 27 to 36, 45 to 47 and 50 to 58 are dates and times (section 18.8.30).
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_DATE_LETTERS = re.compile(r"[ymdhs]|年|月|日", re.IGNORECASE)
_NOT_LETTERS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_ERROR = "\x00error"  # in the place of a value that the workbook could not work out
_FORMULA = "\x00formula"


class _Handler:
    """What to do with the elements of one part; subclasses fill in."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, data: str) -> None: ...


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _forbidden(*_: object) -> None:
    raise _Forbidden


class _Forbidden(Exception):
    """A document type: workbooks have none, entities that multiply need one."""


def _parse(file: IO[bytes], handler: _Handler) -> Iterator[None]:
    """Feed `file` to `handler`, pausing after each piece."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _forbidden
    parser.StartElementHandler = lambda name, found: handler.start(_local(name), found)
    parser.EndElementHandler = lambda name: handler.end(_local(name))
    parser.CharacterDataHandler = handler.text
    while piece := file.read(_PIECE):
        parser.Parse(piece, False)
        yield
    parser.Parse(b"", True)
    yield


class _Strings(_Handler):
    """The shared strings of a workbook, read as far as they are asked for, in a temporary file."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed with the workbook
        self._ends = array.array("Q", [0])
        self._pieces: list[str] = []
        self._size = 0
        self._on = False
        self._phonetic = False
        self._source: Iterator[None] = iter(())

    def read_from(self, source: Iterator[None]) -> None:
        """Go on reading `source` (as `_parse` gives it) when a string is not there yet."""
        self._source = source

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self._pieces, self._size = [], 0
        elif name == "rPh":
            self._phonetic = True
        self._on = name == "t" and not self._phonetic

    def end(self, name: str) -> None:
        self._on = False
        if name == "rPh":
            self._phonetic = False
        if name != "si":
            return
        raw = "".join(self._pieces).encode("utf-8", "replace")
        self._file.write(raw)
        self._ends.append(self._ends[-1] + len(raw))
        if len(self._ends) > _MOST_STRINGS:
            raise _Forbidden

    def text(self, data: str) -> None:
        if self._on and self._size <= LONGEST_CELL:
            self._pieces.append(data[: LONGEST_CELL + 1 - self._size])
            self._size += len(data)

    def __getitem__(self, place: int) -> str:
        while place + 1 >= len(self._ends):
            if next(self._source, self) is self:
                raise IndexError(place)
            self._file.flush()
        first, end = self._ends[place], self._ends[place + 1]
        return os.pread(self._file.fileno(), end - first, first).decode()

    def close(self) -> None:
        self._file.close()


class _Styles(_Handler):
    """Which cell styles show a date."""

    def __init__(self) -> None:
        self.dates: list[bool] = []
        self._custom: set[int] = set()
        self._in_cells = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            shown = _NOT_LETTERS.sub("", attributes.get("formatCode", "")[:500])
            if _DATE_LETTERS.search(shown):
                self._custom.add(int(attributes.get("numFmtId", "0")))
        elif name == "cellXfs":
            self._in_cells = True
        elif name == "xf" and self._in_cells and len(self.dates) < _MOST_STYLES:
            number = int(attributes.get("numFmtId", "0"))
            self.dates.append(number in _DATE_FORMATS or number in self._custom)

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._in_cells = False


class _Sheets(_Handler):
    """The sheets that are shown, in order, and from when days are counted."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.since = datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook names no zone

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "workbookPr" and attributes.get("date1904") in {"1", "true"}:
            self.since = datetime(1904, 1, 1)  # noqa: DTZ001 - as above
        if name == "sheet" and attributes.get("state", "visible") == "visible":
            self.found += [value for key, value in attributes.items() if _local(key) == "id"]


class _Relations(_Handler):
    def __init__(self) -> None:
        self.targets: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            self.targets[attributes.get("Id", "")] = path


class _Sheet(_Handler):
    """Rows of cells, as text, gathered between two pieces of the sheet."""

    def __init__(self, strings: Callable[[int], str], styles: _Styles, since: datetime) -> None:
        self.rows: list[tuple[int, list[str]]] = []
        self._string = strings
        self._dates = styles.dates
        self._since = since
        self._line = 0
        self._cells: list[str] = []
        self._type = ""
        self._style = 0
        self._column = 0
        self._formula = False
        self._pieces: list[str] = []
        self._size = 0
        self._on = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            named = _COLUMN.match(attributes.get("r", ""))
            self._column = _number_of(named[0]) if named else len(self._cells)
            self._type = attributes.get("t", "n")
            self._style = int(attributes.get("s", "0"))
            self._pieces, self._size, self._formula = [], 0, False
        elif name in {"v", "t"}:
            self._on = True
        elif name == "f":
            self._formula = True
        elif name == "row":
            self._line = int(attributes.get("r", self._line + 1))
            self._cells = []

    def text(self, data: str) -> None:
        if self._on and self._size <= LONGEST_CELL:
            self._pieces.append(data[: LONGEST_CELL + 1 - self._size])
            self._size += len(data)

    def end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._on = False
        elif name == "c" and (self._pieces or self._formula):
            if self._column > 16_384:
                raise _Forbidden
            # Cells past the last column that is read make the row too wide; what they say is lost
            # with the row, which is refused.
            place = min(self._column, MOST_COLUMNS)
            self._cells += [""] * (place + 1 - len(self._cells))
            self._cells[place] = self._value()
        elif name == "row":
            self.rows.append((self._line, self._cells))

    def _value(self) -> str:
        value = "".join(self._pieces)
        if not value:
            return _FORMULA
        if self._type == "s":
            return self._string(int(value))
        if self._type == "b":
            return "true" if value == "1" else "false"
        if self._type == "e":
            return _ERROR
        if self._type == "n":
            dated = self._style < len(self._dates) and self._dates[self._style]
            return self._date(value) if dated else _plain_number(value)
        return value

    def _date(self, value: str) -> str:
        try:
            moment = self._since + timedelta(days=float(value))
        except (ValueError, OverflowError):
            return value
        whole = moment + timedelta(microseconds=500_000)
        shown = whole.replace(microsecond=0)
        return str(shown.date() if float(value).is_integer() else shown)


def _number_of(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _plain_number(value: str) -> str:
    # Excel writes 1.0E10 and 4.0999999999999996; ids and stars are read as they are shown.
    try:
        number = float(value)
    except ValueError:
        return value
    return f"{number:.15g}" if abs(number) < 1e15 else str(int(number))


def read(file: IO[bytes], name: str, folder: Path) -> Iterator[RawRow]:
    """The rows of the first sheet that has any. Raises UnreadableFile."""
    try:
        with packed.open_archive(file, name) as archive:
            yield from _read(archive, name, folder)
    except expat.ExpatError:
        raise UnreadableFile(f"{name} is damaged: its XML cannot be read") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise UnreadableFile(f"{name} is damaged: ZIP cannot unpack it") from None
    except (_Forbidden, ValueError, IndexError):
        raise UnreadableFile(f"{name} is no workbook that Excel would write") from None


def _part(archive: zipfile.ZipFile, part: str, handler: _Handler) -> Iterator[None]:
    if part in archive.namelist():
        with archive.open(part) as file:
            yield from _parse(file, handler)


def _whole(archive: zipfile.ZipFile, part: str, handler: _Handler) -> None:
    for _ in _part(archive, part, handler):
        pass


def _read(archive: zipfile.ZipFile, name: str, folder: Path) -> Iterator[RawRow]:
    if "xl/workbook.xml" not in archive.namelist():
        raise UnreadableFile(f"{name} is a ZIP archive; unpack it and send the files in it")
    sheets, relations, styles = _Sheets(), _Relations(), _Styles()
    _whole(archive, "xl/workbook.xml", sheets)
    _whole(archive, "xl/_rels/workbook.xml.rels", relations)
    _whole(archive, "xl/styles.xml", styles)
    strings = _Strings(folder)
    try:
        strings.read_from(_part(archive, "xl/sharedStrings.xml", strings))
        for sheet in sheets.found:
            some = False
            handler = _Sheet(strings.__getitem__, styles, sheets.since)
            for row in _table(archive, relations.targets.get(sheet, ""), handler, name):
                some = True
                yield row
            if some:
                return
    finally:
        strings.close()
    raise UnreadableFile(f"{name} is empty or has no header line")


def _table(archive: zipfile.ZipFile, part: str, handler: _Sheet, name: str) -> Iterator[RawRow]:
    if part not in archive.namelist():
        return
    header: list[str] = []
    with archive.open(part) as file:
        for _ in _parse(file, handler):
            rows, handler.rows = handler.rows, []
            for line, cells in rows:
                if not any(cell.strip() for cell in cells):
                    continue
                if not header:
                    header = checked_header(cells, name)
                else:
                    yield _row(line, header, cells)


def _row(line: int, header: list[str], cells: list[str]) -> RawRow:
    while len(cells) > len(header) and not cells[-1].strip():
        del cells[-1]
    if len(cells) > len(header):
        told = f"{len(cells)} cells for {len(header)} columns; quote the text"
        shown = "\t".join(cells)[:4000].replace("\x00", "")
        return RawRow(line, {}, Rejection("", "columns", told), shown)
    values = dict(zip(header, cells, strict=False))
    for column, cell in values.items():
        if cell.startswith("\x00"):
            what = "a formula without a value" if cell == _FORMULA else "an error of Excel's"
            plain = {key: "" if one.startswith("\x00") else one for key, one in values.items()}
            why = Rejection(
                column[:60], "formula", f"the cell holds {what}; paste the values and send it again"
            )
            return RawRow(line, plain, why)
    return RawRow(line, values)
