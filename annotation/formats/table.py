"""CSV: a record a row, a question a column; mentions are JSON in a cell."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from annotation.formats.base import Choices, Format, Reading
from annotation.formats.flat import FLAT, flat_record
from annotation.formats.lines import number_of, string, text_of, time_of, whole_of
from annotation.formats.record import (
    Drawn,
    Found,
    Mark,
    Person,
    Record,
    Trouble,
    Unmapped,
    UnreadableLabels,
)
from annotation.formats.telling import time_told
from annotation.formats.whole import marks_read, marks_told
from reviews.importing.reading import UnreadableFile
from reviews.importing.reading import read as rows_read

# A spreadsheet takes a cell that begins like this for a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
_OURS = "annotator_id"  # a file with this column was written here, or in our manner
_BEFORE = (
    *("review_id", "store", "source", "external_id", "language", "text"),
    *("annotator_id", "annotator_name", "annotator_email"),
)
_AFTER = (
    *("mentions", "flags", "comment", "skipped", "seconds", "answered_at", "guideline"),
    *("question_versions", "batch", "design", "probability", "gold", "origin"),
)


def write(records: Iterable[Record], file: BinaryIO, choices: Choices) -> None:
    settled = [name for key in choices for name in (f"settled_{key}", f"settled_{key}_how")]
    columns = [*_BEFORE, *choices, *_AFTER, *settled]
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    for record in records:
        cells = {**_cells(record), **_settled(record, choices)}
        writer.writerow({name: _safe(cell) for name, cell in cells.items()})
    text.flush()
    text.detach()


def _settled(record: Record, choices: Choices) -> dict[str, str]:
    """Every answer, and what those of all come to; a column for each question."""
    cells: dict[str, str] = {}
    for key in choices:
        found = record.settled.get(key)
        cells[key] = record.answers.get(key, "")
        cells[f"settled_{key}"] = found.choice if found else ""
        cells[f"settled_{key}_how"] = found.how if found else ""
    return cells


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _cells(record: Record) -> dict[str, str]:
    found, person, drawn = record.found, record.person, record.drawn or Drawn("")
    marks = marks_told(record)
    return {
        "review_id": _told(found.review),
        "store": found.store,
        "source": found.source,
        "external_id": found.external_id,
        "language": record.language,
        "text": record.text,
        "annotator_id": person.id,
        "annotator_name": person.name,
        "annotator_email": person.email,
        "mentions": "" if marks is None else json.dumps(marks, ensure_ascii=False),
        "flags": " ".join(record.flags),
        "comment": record.comment,
        "skipped": record.skip,
        "seconds": _told(record.seconds),
        "answered_at": time_told(record.at) or "",
        "guideline": _told(record.guideline),
        "question_versions": " ".join(f"{key}={n}" for key, n in record.versions.items()),
        "batch": drawn.batch,
        "design": drawn.design,
        "probability": _told(drawn.probability),
        "gold": "yes" if record.gold else "",
        "origin": record.origin,
    }


def _told(value: float | None) -> str:
    return "" if value is None else repr(value)


def read(path: Path, reading: Reading) -> Iterator[Record | Trouble]:
    ours: bool | None = None
    try:
        with closing(rows_read(path)) as rows:
            for row in rows:
                values = {name.strip().casefold(): cell for name, cell in row.values.items()}
                if values and ours is None:
                    ours = _OURS in values
                    if "text" not in values:
                        raise UnreadableLabels("The file has no column text.")
                if row.problem is not None:
                    yield Trouble(row.line, "unreadable")
                    continue
                if FLAT in values and not ours:
                    yield from flat_record(values, row.line, reading)
                    continue
                try:
                    yield _record(values, row.line, reading, bool(ours))
                except Unmapped as error:
                    yield Trouble(row.line, error.reason, error.detail)
    except UnreadableFile as error:
        raise UnreadableLabels(
            "The file cannot be read as a table; save it as CSV in UTF-8 and send it again."
        ) from error


def _record(values: Mapping[str, str], line: int, reading: Reading, ours: bool) -> Record:
    # A bad byte is half a character, which no column takes; in a text it refuses the row.
    text = text_of(_as_was(values.get("text", "")) if ours else values.get("text"))
    cells = {name: string(_as_was(cell) if ours else cell) for name, cell in values.items()}
    return Record(
        text=text,
        person=Person(
            cells.get("annotator_id", "").strip() or cells.get("annotator", "").strip(),
            cells.get("annotator_name", "").strip(),
            cells.get("annotator_email", "").strip(),
        ),
        found=_found(cells),
        language=cells.get("language", ""),
        answers=_answers(cells, reading),
        versions=_versions(cells.get("question_versions", "")),
        marks=_marks(cells.get("mentions", ""), text, reading),
        flags=tuple(reading.labels.flag(one) for one in cells.get("flags", "").split()),
        comment=cells.get("comment", ""),
        skip=cells.get("skipped", "").strip(),
        seconds=_number(cells.get("seconds", "")),
        guideline=whole_of(cells.get("guideline", "")),
        at=time_of(cells.get("answered_at", "").strip()),
        drawn=_drawn(cells),
        gold=cells.get("gold", "") == "yes",
        origin=cells.get("origin", ""),
        lines=(line,),
    )


def _as_was(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _found(cells: Mapping[str, str]) -> Found:
    review, external = cells.get("review_id", "").strip(), cells.get("external_id", "")
    number = whole_of(review)
    return Found(
        number,
        cells.get("store", ""),
        cells.get("source", ""),
        external or (review if number is None else ""),
    )


def _answers(cells: Mapping[str, str], reading: Reading) -> dict[str, str]:
    found = {}
    for name, cell in cells.items():
        if cell.strip() and reading.labels.is_question(name):
            choice = reading.labels.choice(name, cell)
            if choice is not None:
                found[name] = choice
    return found


def _versions(cell: str) -> dict[str, int]:
    pairs = (pair.partition("=") for pair in cell.split())
    return {key: whole_of(number) or 0 for key, _, number in pairs}


def _marks(cell: str, text: str, reading: Reading) -> tuple[Mark, ...] | None:
    if not cell.strip():
        return None
    try:
        value = json.loads(cell)
    except (ValueError, RecursionError):
        raise Unmapped("unreadable") from None
    return marks_read(value, text, reading)


def _number(cell: str) -> float | None:
    try:
        return number_of(float(cell)) if cell.strip() else None
    except ValueError:
        return None


def _drawn(cells: Mapping[str, str]) -> Drawn | None:
    if not cells.get("batch"):
        return None
    cell = cells.get("probability", "").strip()
    chance = _number(cell)
    if cell and (chance is None or not 0 < chance <= 1):
        raise Unmapped("bad_probability")
    return Drawn(cells["batch"][:120], cells.get("design", ""), chance)


FORMAT = Format("csv", ".csv", "text/csv; charset=utf-8", read, write)
