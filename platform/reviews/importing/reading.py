"""Files as rows: each with its line, as a dict of strings, or with the reason it is none."""

from __future__ import annotations

import io
import re
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from reviews.importing.formats import (
    documents,
    lines,
    packed,
    parquet,
    recognise,
    tables,
    workbooks,
)
from reviews.importing.formats.recognise import Kind
from reviews.importing.problems import RawRow, Rejection, UnreadableFile

__all__ = ["FileLook", "RawRow", "Rejection", "UnreadableFile", "header_of", "look", "read"]

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".jsonl", ".ndjson", ".json", ".parquet", ".gz")


@dataclass(frozen=True, slots=True)
class FileLook:
    """What a file is, its columns, and its first rows."""

    kind: Kind
    header: list[str]
    rows: list[RawRow]


def look(path: Path, rows: int = 20, name: str = "") -> FileLook:
    """The beginning of a file. Raises UnreadableFile."""
    name = name or path.name
    with closing(read(path, name)) as found:
        first = list(islice(found, rows))
    header: dict[str, None] = {}
    for row in first:
        # Keys of objects may differ from line to line; a table has all its columns in each row.
        header.update(dict.fromkeys(row.values))
    if not header:
        raise UnreadableFile(f"{name} has no row that can be read")
    return FileLook(recognise.recognise(path, name), list(header), first)


def header_of(path: Path, name: str = "") -> list[str]:
    """The column names of a table, or the keys of the first object. Raises UnreadableFile."""
    name = name or path.name
    with closing(read(path, name)) as rows:
        for row in rows:
            if row.values:
                return list(row.values)
    raise UnreadableFile(f"{name} has no row that can be read")


def read(path: Path, name: str = "") -> Generator[RawRow]:
    """The rows of a file of any format that is known, found by what it holds.

    `name` is what complaints call it. Raises UnreadableFile, also in the middle of a file.
    """
    name = name or path.name
    if not path.is_file():
        raise UnreadableFile(f"{name} cannot be opened (there is no such file)")
    kind = recognise.recognise(path, name)
    if kind.format == "xlsx":
        with packed.open_seekable(path, name) as file:
            yield from workbooks.read(file, name, path.parent)
    elif kind.format == "parquet":
        with packed.open_seekable(path, name) as file:
            yield from parquet.read(file, name)
    else:
        with packed.open_bytes(path, name) as file:
            yield from _text(file, kind, name)


def _text(file: BinaryIO, kind: Kind, name: str) -> Generator[RawRow]:
    # Bad bytes become halves of characters, so that one bad row does not take the file with it.
    # UTF-16 can hold such halves itself.
    errors = "surrogatepass" if kind.encoding.startswith("utf-16") else "surrogateescape"
    newline = "" if kind.format == "csv" else "\n"
    text = io.TextIOWrapper(file, encoding=kind.encoding, errors=errors, newline=newline)
    try:
        if kind.format == "csv":
            rows = tables.read(text, name)
            yield from map(_unmixed, rows) if kind.encoding == "gb18030" else rows
        elif kind.format == "json":
            yield from documents.read(text, name)
        else:
            yield from lines.read(text)
    except UnicodeDecodeError:
        raise UnreadableFile(
            f"{name} ends in the middle; it was cut off on its way. Send it again"
        ) from None
    finally:
        text.detach()


_HAN = re.compile("[\u4e00-\u9fff]")


def _unmixed(row: RawRow) -> RawRow:
    """A row of a GB18030 file, unless it was written in UTF-8: then it reads as other characters.

    GB18030 takes almost any bytes, so nothing else would tell.
    """
    cells = "".join(row.values.values())
    if cells.isascii():
        return row
    try:
        other = cells.encode("gb18030").decode()
    except UnicodeError:
        return row
    if not _HAN.search(other):
        return row
    why = Rejection("", "encoding", "bytes of another encoding than the rest of the file")
    return RawRow(row.line, row.values, why)
