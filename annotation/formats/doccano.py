"""doccano's JSON Lines: text classification, sequence labelling, and intents with slots.

doccano keeps no annotator in a row: where annotators do not share their labels it writes a zip with
a file for each, and so do we. Answers and flags are categories (`sentiment=positive`,
`flag=irony`), a mention is an entity called `KIND` or `KIND/SCOPE`. Offsets are code points, end
exclusive, since version 1.0. What doccano has no field for stands under `verbatim`: it keeps any
other column of a row and writes it again. That is believed only while the row's labels are those it
was written with: who labelled it anew has neither the time spent nor the themes.
(Source of doccano: data_import/pipeline/makers, data_export/models, data_export/celery_tasks.)
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, BinaryIO

from annotation.formats.base import Choices, Format, Reading
from annotation.formats.labels import FLAG, IGNORE, mark_label
from annotation.formats.lines import string, text_of, values
from annotation.formats.record import Mark, Person, Record, Trouble, Unmapped, UnreadableLabels
from annotation.formats.spans import span_of
from annotation.formats.telling import circumstances_read, circumstances_told, found_read

_OURS = "verbatim"
_MOST_FILES = 1000
_LARGEST = 1024**3  # bytes of a zip's files together
_MOST_OPEN = 200  # parts that are held open, far below what a process may
_ENDINGS = (".jsonl", ".json")
_EVERYBODY = "all"  # the file of a project in which annotators share their labels


def write(records: Iterable[Record], file: BinaryIO, choices: Choices) -> None:
    # Without a name in a folder, so that nothing stays behind whatever happens to the process.
    parts: dict[str, IO[bytes]] = {}
    try:
        for record in records:
            name = record.person.name or record.person.id
            if name not in parts and len(parts) >= _MOST_OPEN:
                name = ""
            if name not in parts:
                parts[name] = tempfile.TemporaryFile()  # noqa: SIM115 - closed below
            row = json.dumps(_row(record), ensure_ascii=False)
            parts[name].write(row.encode() + b"\n")
        taken: set[str] = set()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in parts.items():
                part.seek(0)
                with archive.open(_file_name(name, taken), "w", force_zip64=True) as to:
                    shutil.copyfileobj(part, to)
    finally:
        for part in parts.values():
            part.close()


def _file_name(name: str, taken: set[str]) -> str:
    """A name that no other one has, also where upper and lower case are the same."""
    plain = re.sub(r"[^\w.@+-]", "_", name).lstrip(".") or "annotator"
    found, n = plain, 1
    while found.casefold() in taken:
        n += 1
        found = f"{plain}_{n}"
    taken.add(found.casefold())
    return f"{found}.jsonl"


def _row(record: Record) -> dict[str, Any]:
    answers = [f"{question}={choice}" for question, choice in record.answers.items()]
    found = record.found
    cats = [*answers, *(f"{FLAG}={flag}" for flag in record.flags)]
    entities = [
        [mark.start, mark.end, mark_label(mark.kind, mark.scope)] for mark in record.marks or ()
    ]
    return {
        "id": found.review,
        "text": record.text,
        "cats": cats,
        "entities": entities,
        "Comments": [record.comment] if record.comment else [],
        "verbatim_id": found.review,
        "store": found.store,
        "source": found.source,
        "external_id": found.external_id,
        "language": record.language,
        _OURS: {
            **circumstances_told(record),
            "comment": record.comment,
            "skipped": record.skip or None,
            "marked": record.marks is not None,
            "themes": [mark.theme for mark in record.marks or ()],
            "written": [cats, entities],
        },
    }


def read(path: Path, reading: Reading) -> Iterator[Record | Trouble]:
    """Of a zip every file is one annotator's, called by its name."""
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            yield from _file(file, reading)
        return
    with _sound():
        archive = zipfile.ZipFile(path)
    with archive:
        for name in _members(archive):
            with tempfile.TemporaryFile() as file:
                # Only the unpacking: what goes wrong with the rows says nothing of the zip.
                with _sound(), archive.open(name) as packed:
                    shutil.copyfileobj(packed, file)
                file.seek(0)
                for one in _file(file, reading):
                    yield _by(Path(name).stem, one) if isinstance(one, Record) else one


@contextmanager
def _sound() -> Iterator[None]:
    """Whatever a damaged, encrypted or strangely packed zip raises becomes UnreadableLabels."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise UnreadableLabels("The zip is damaged or encrypted; make it anew.") from error


def _by(name: str, record: Record) -> Record:
    if record.person.called or name == _EVERYBODY:
        return record
    return replace(record, person=Person(name=name))


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
    text = text_of(value.get("text", value.get("data")))
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
    ours = value.get(_OURS)
    made = Record(
        text=text,
        found=found_read(value),
        language=string(value.get("language")),
        answers=answers,
        marks=None if marks is None else tuple(one for one in marks if one is not None),
        flags=tuple(flags),
        comment="\n".join(map(string, comments)) if isinstance(comments, list) else "",
        lines=(line,),
    )
    return made if not isinstance(ours, Mapping) else _with(made, ours, labels, spans)


def _with(made: Record, ours: Mapping[str, Any], labels: list[str], spans: Any) -> Record:
    """With what stands under `verbatim`, as far as it holds. Raises Unmapped."""
    told = circumstances_read(ours)
    if not _as_written(ours, labels, spans):
        # Somebody labelled it anew, in doccano, whose file says who.
        return replace(made, drawn=told["drawn"], gold=told["gold"])
    marks = made.marks if ours.get("marked") else None
    themes = ours.get("themes")
    if marks and isinstance(themes, list):
        by_place = dict(zip(map(_place, ours["written"][1]), themes, strict=False))
        marks = tuple(
            replace(one, theme=string(by_place.get(_place_of(one), ""))[:80]) for one in marks
        )
    return replace(
        made,
        **told,
        marks=marks,
        skip=string(ours.get("skipped")),
        comment=made.comment or string(ours.get("comment")),
    )


def _as_written(ours: Mapping[str, Any], labels: list[str], spans: Any) -> bool:
    written = ours.get("written")
    if not isinstance(written, list) or len(written) != 2:
        return False
    cats, entities = written
    if not isinstance(cats, list) or not isinstance(entities, list):
        return False
    return sorted(map(string, cats)) == sorted(labels) and sorted(map(_place, entities)) == sorted(
        map(_place, spans or [])
    )


def _place(value: Any) -> tuple[str, ...]:
    """A span as doccano writes it in either way, to compare."""
    if isinstance(value, Mapping):
        value = [value.get("start_offset"), value.get("end_offset"), value.get("label")]
    return tuple(map(string, value)) if isinstance(value, list) else ()


def _place_of(mark: Mark) -> tuple[str, ...]:
    return str(mark.start), str(mark.end), mark_label(mark.kind, mark.scope)


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
