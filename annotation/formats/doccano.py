"""doccano's JSON Lines: text classification, sequence labelling, and intents with slots.

doccano keeps no annotator in a row: where annotators do not share their labels it writes a zip with
a file for each, and so do we. It has no skips, times or themes either; what is left out is counted.
Answers and flags are categories (`sentiment=positive`, `flag=irony`), a mention is an entity called
`KIND` or `KIND/SCOPE`. Offsets are code points, end exclusive, since version 1.0.
(Source of doccano: data_import/pipeline, data_export/pipeline.)
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, BinaryIO

from annotation.formats.base import Format, Reading
from annotation.formats.labels import FLAG, IGNORE, mark_label
from annotation.formats.lines import string, text_of, values
from annotation.formats.record import Mark, Person, Record, Trouble, Unmapped, UnreadableLabels
from annotation.formats.spans import span_of
from annotation.formats.telling import found_read

_MOST_FILES = 1000
_LARGEST = 1024**3  # bytes of a zip's files together
_ENDINGS = (".jsonl", ".json")


def write(records: Iterable[Record], file: BinaryIO) -> Counter[str]:
    lost: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        parts: dict[str, IO[bytes]] = {}
        try:
            for record in records:
                lost.update(_lost(record))
                if record.skip:
                    continue
                name = record.person.name or record.person.id
                if name not in parts:
                    # One open file for each annotator, of whom there are few.
                    parts[name] = (Path(folder) / str(len(parts))).open("w+b")
                row = json.dumps(_row(record), ensure_ascii=False)
                parts[name].write(row.encode() + b"\n")
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, part in parts.items():
                    part.seek(0)
                    with archive.open(f"{_file_name(name)}.jsonl", "w", force_zip64=True) as to:
                        shutil.copyfileobj(part, to)
        finally:
            for part in parts.values():
                part.close()
    return lost


def _file_name(name: str) -> str:
    return re.sub(r"[^\w.@+-]", "_", name).lstrip(".") or "annotator"


def _lost(record: Record) -> Iterator[str]:
    if record.skip:
        yield "skips"
        return
    if any(mark.theme for mark in record.marks or ()):
        yield "themes"
    if record.at is not None or record.seconds is not None:
        yield "times"
    if record.guideline is not None or record.versions:
        yield "versions"
    if record.drawn is not None:
        yield "batches"


def _row(record: Record) -> dict[str, Any]:
    answers = [f"{question}={choice}" for question, choice in record.answers.items()]
    found = record.found
    return {
        "id": found.review,
        "text": record.text,
        "cats": [*answers, *(f"{FLAG}={flag}" for flag in record.flags)],
        "entities": [
            [mark.start, mark.end, mark_label(mark.kind, mark.scope)] for mark in record.marks or ()
        ],
        "Comments": [record.comment] if record.comment else [],
        "verbatim_id": found.review,
        "store": found.store,
        "source": found.source,
        "external_id": found.external_id,
        "language": record.language,
    }


def read(path: Path, reading: Reading) -> Iterator[Record | Trouble]:
    """Of a zip every file is one annotator's, called by its name."""
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            yield from _file(file, reading)
        return
    try:
        with zipfile.ZipFile(path) as archive:
            for name in _members(archive):
                with archive.open(name) as packed, tempfile.TemporaryFile() as file:
                    shutil.copyfileobj(packed, file)
                    file.seek(0)
                    for one in _file(file, reading):
                        person = Person(name=Path(name).stem)
                        yield replace(one, person=person) if isinstance(one, Record) else one
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise UnreadableLabels("The zip is damaged or encrypted; make it anew.") from error


def _members(archive: zipfile.ZipFile) -> list[str]:
    found = [
        one
        for one in archive.infolist()
        if not one.is_dir() and one.filename.casefold().endswith(_ENDINGS)
    ]
    if not found:
        raise UnreadableLabels("The zip has no .jsonl or .json file in it.")
    if len(found) > _MOST_FILES or sum(one.file_size for one in found) > _LARGEST:
        raise UnreadableLabels(
            f"The zip holds more than {_MOST_FILES} files, or more than {_LARGEST // 1024**3} GB; "
            "send it in parts."
        )
    return [one.filename for one in found]


def _file(file: Any, reading: Reading) -> Iterator[Record | Trouble]:
    for line, value in values(file):
        if isinstance(value, Trouble):
            yield value
            continue
        if value.get("relations"):
            yield Trouble(line, "relation", refused=False)
        try:
            yield _record(value, line, reading)
        except Unmapped as error:
            yield Trouble(line, error.reason, error.detail)


def _record(value: Mapping[str, Any], line: int, reading: Reading) -> Record:
    text = text_of(value.get("text"))
    labels, spans = _labels(value)
    answers: dict[str, str] = {}
    flags: list[str] = []
    for label in labels:
        question, choice = reading.labels.answer(label)
        if question == FLAG:
            flags.append(choice)
        elif question != IGNORE:
            if answers.get(question, choice) != choice:
                raise Unmapped("two_choices", question)
            answers[question] = choice
    marks = None if spans is None else [_mark(one, text, reading) for one in spans]
    comments = value.get("Comments", value.get("comments"))
    return Record(
        text=text,
        found=found_read(value),
        language=string(value.get("language")),
        answers=answers,
        marks=None if marks is None else tuple(one for one in marks if one is not None),
        flags=tuple(flags),
        comment="\n".join(map(string, comments)) if isinstance(comments, list) else "",
        lines=(line,),
    )


def _labels(value: Mapping[str, Any]) -> tuple[list[str], list[Any] | None]:
    """The categories and the spans of a row; no spans where it is no row of spans."""
    spans: list[Any] | None = None
    categories: list[str] = []
    for key in ("label", "labels", "cats", "entities"):
        given = value.get(key)
        if given is None:
            continue
        for one in given if isinstance(given, list) else [given]:
            if isinstance(one, list | Mapping):
                spans = [*(spans or []), one]
            elif string(one):
                categories.append(string(one))
        if key == "entities":
            spans = spans or []
    return categories, spans


def _mark(value: Any, text: str, reading: Reading) -> Mark | None:
    if isinstance(value, Mapping):
        start, end = value.get("start_offset"), value.get("end_offset")
        label = value.get("label")
    elif len(value) == 3:
        start, end, label = value
    else:
        raise Unmapped("bad_span")
    meant = reading.labels.mark(string(label))
    if meant is None:
        return None
    return Mark(*span_of(start, end, text, utf16=reading.utf16), *meant)


FORMAT = Format("doccano", ".zip", "application/zip", read, write)
