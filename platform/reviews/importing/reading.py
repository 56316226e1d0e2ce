"""Files as rows: each with its line, as a dict of strings, or with the reason it is none."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from reviews.importing.values import Rejection

_LARGEST_FIELD = 4 * 1024 * 1024  # characters in one cell; more is not a review file
_LARGEST_LINE = 8 * 1024 * 1024  # bytes in one line of JSON
_MOST_COLUMNS = 1000


class UnreadableFile(Exception):
    """The file as a whole cannot be read; the message says why and what would do."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row of a file: `line` counts from 1; `values` is empty when `problem` says why."""

    line: int
    values: dict[str, str]
    problem: Rejection | None = None


def _decoded(file: BinaryIO) -> io.TextIOWrapper:
    # Bad bytes become lone surrogates, so that one bad row does not take the file with it.
    return io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")


def header_of(path: Path) -> list[str]:
    """The column names of a CSV or TSV file, or the keys of a JSONL file's first object.

    Raises UnreadableFile.
    """
    for row in read(path):
        if row.values:
            return list(row.values)
    raise UnreadableFile(f"{path.name} has no row that can be read")


def read(path: Path) -> Iterator[RawRow]:
    """The rows of `path`, by its ending: .csv, .tsv, .jsonl or .ndjson. Raises UnreadableFile."""
    ending = path.suffix.lower()
    if ending not in {".csv", ".tsv", ".jsonl", ".ndjson"}:
        raise UnreadableFile(
            f"{path.name}: files ending in .csv, .tsv, .jsonl or .ndjson can be read"
        )
    try:
        file = path.open("rb")
    except OSError as error:
        raise UnreadableFile(f"{path.name} cannot be opened ({error.strerror})") from error
    with file:
        if b"\x00" in file.read(4096):
            raise UnreadableFile(f"{path.name} is not a text file in UTF-8; save it as UTF-8")
        file.seek(0)
        if ending in {".jsonl", ".ndjson"}:
            yield from _objects(file)
        else:
            yield from _table(_decoded(file), path.name, "\t" if ending == ".tsv" else None)


def _table(text: io.TextIOWrapper, name: str, delimiter: str | None) -> Iterator[RawRow]:
    csv.field_size_limit(_LARGEST_FIELD)
    first = text.readline()
    text.seek(0)
    if not first.strip():
        raise UnreadableFile(f"{name} is empty or has no header line")
    if delimiter is None:
        delimiter = max((",", ";", "\t"), key=first.count)
    reader = csv.reader(text, delimiter=delimiter)
    header = _header(next(reader), name)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield RawRow(line, {}, Rejection("", "bad_csv", f"not readable as CSV: {error}"))
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(header):
            yield RawRow(
                line,
                {},
                Rejection(
                    "", "columns", f"{len(cells)} cells for {len(header)} columns; quote the text"
                ),
            )
            continue
        yield RawRow(line, dict(zip(header, cells, strict=False)))


def _header(cells: list[str], name: str) -> list[str]:
    header = [cell.strip() for cell in cells]
    if len(header) > _MOST_COLUMNS:
        raise UnreadableFile(f"{name} has {len(header)} columns; at most {_MOST_COLUMNS} are read")
    if any("\ud800" <= char <= "\udfff" for cell in header for char in cell):
        raise UnreadableFile(f"{name}: the header is not UTF-8; save the file as UTF-8")
    doubled = {cell for cell in header if cell and header.count(cell) > 1}
    if doubled:
        raise UnreadableFile(f"{name} has the column {sorted(doubled)[0]!r} twice; rename one")
    return header


def _objects(file: BinaryIO) -> Iterator[RawRow]:
    line = 0
    while raw := file.readline(_LARGEST_LINE + 1):
        line += 1
        if len(raw) > _LARGEST_LINE:
            while raw and not raw.endswith(b"\n"):
                raw = file.readline(_LARGEST_LINE)
            yield RawRow(line, {}, Rejection("", "too_long", "a line of more than 8 MB"))
            continue
        if raw.strip():
            yield _object(line, raw)


def _object(line: int, raw: bytes) -> RawRow:
    try:
        value = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return RawRow(line, {}, Rejection("", "encoding", "bytes that are not UTF-8"))
    except (ValueError, RecursionError):
        return RawRow(line, {}, Rejection("", "bad_json", "not a JSON object on one line"))
    if not isinstance(value, dict):
        return RawRow(line, {}, Rejection("", "bad_json", "not a JSON object"))
    return RawRow(line, {str(key): _as_text(item) for key, item in value.items()})


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
