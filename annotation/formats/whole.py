"""Our own JSON Lines: a record a line, with everything there is to say of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from annotation.formats.base import Choices, Format, Reading
from annotation.formats.labels import Labels
from annotation.formats.lines import string, text_of, values
from annotation.formats.record import Mark, Record, Trouble, Unmapped
from annotation.formats.spans import span_of
from annotation.formats.telling import (
    circumstances_read,
    circumstances_told,
    flags_read,
    found_read,
    found_told,
)


def write(records: Iterable[Record], file: BinaryIO, choices: Choices) -> None:
    for record in records:
        file.write(json.dumps(_told(record), ensure_ascii=False).encode() + b"\n")


def _told(record: Record) -> dict[str, Any]:
    return {
        **found_told(record.found),
        "language": record.language,
        "text": record.text,
        "answers": dict(record.answers),
        "mentions": marks_told(record),
        "flags": list(record.flags),
        "comment": record.comment,
        "skipped": record.skip or None,
        **circumstances_told(record),
    }


def marks_told(record: Record) -> list[dict[str, Any]] | None:
    if record.marks is None:
        return None
    return [
        {
            "start": mark.start,
            "end": mark.end,
            "text": record.text[mark.start : mark.end],
            "kind": mark.kind,
            "scope": mark.scope,
            "theme": mark.theme,
        }
        for mark in record.marks
    ]


def read(path: Path, reading: Reading) -> Iterator[Record | Trouble]:
    with path.open("rb") as file:
        for line, value in values(file):
            try:
                yield value if isinstance(value, Trouble) else _record(value, line, reading)
            except Unmapped as error:
                yield Trouble(line, error.reason, error.detail)


def _record(value: Mapping[str, Any], line: int, reading: Reading) -> Record:
    text = text_of(value.get("text"))
    return Record(
        text=text,
        found=found_read(value),
        language=string(value.get("language")),
        answers=answers_read(value.get("answers"), reading.labels),
        marks=marks_read(value.get("mentions"), text, reading),
        flags=flags_read(value.get("flags"), reading.labels.flag),
        comment=string(value.get("comment")),
        skip=string(value.get("skipped")),
        lines=(line,),
        **circumstances_read(value),
    )


def answers_read(value: Any, labels: Labels) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Unmapped("unreadable")
    found = {}
    for question, label in value.items():
        choice = labels.choice(string(question), string(label))
        if choice is not None:
            found[string(question)] = choice
    return found


def marks_read(value: Any, text: str, reading: Reading) -> tuple[Mark, ...] | None:
    """Mentions as `marks_told` tells them; a kind may be another tool's label."""
    if value is None:
        return None
    if not isinstance(value, list):
        raise Unmapped("unreadable")
    found = []
    for one in value:
        if not isinstance(one, Mapping):
            raise Unmapped("unreadable")
        kind = string(one.get("kind"))
        scope = string(one.get("scope"))
        meant = reading.labels.mark(f"{kind}/{scope}" if scope else kind)
        if meant is None:
            continue
        start, end = span_of(one.get("start"), one.get("end"), text, one.get("text"), reading.utf16)
        found.append(Mark(start, end, *meant, string(one.get("theme"))[:80]))
    return tuple(found)


FORMAT = Format("jsonl", ".jsonl", "application/x-ndjson", read, write)
