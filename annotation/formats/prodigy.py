"""Prodigy's JSON Lines, as `db-in` takes and `db-out` gives it.

A person's work on a review is a `choice` row for each question and a `spans_manual` row for the
mentions. Hashes and tokens are left to Prodigy, which makes them as it reads. A span's label is
`KIND` or `KIND/SCOPE`. What Prodigy has no field for stands under `verbatim`, which it passes on
unread; it is believed only while the row's annotator and time are the ones it was written with, for
somebody who answered the row anew inherits neither the comment nor the time spent.
(Prodigy's documentation: "Annotation interfaces", "Database: db-in, db-out".)
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from annotation.formats.base import Choices, Format, Reading
from annotation.formats.joining import MENTIONS
from annotation.formats.labels import FLAG, IGNORE, mark_label
from annotation.formats.lines import string, text_of, time_of, values
from annotation.formats.record import Mark, Person, Record, Trouble, Unmapped
from annotation.formats.spans import span_of
from annotation.formats.telling import (
    circumstances_read,
    circumstances_told,
    flags_read,
    found_read,
    found_told,
)

_OURS = "verbatim"
_OTHER = "other"  # reason of a skip for which Prodigy has no word


def write(records: Iterable[Record], file: BinaryIO, choices: Choices) -> None:
    for record in records:
        for row in _rows(record, choices):
            file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")


def _rows(record: Record, choices: Choices) -> Iterator[dict[str, Any]]:
    who = record.person.name or record.person.id
    stamp = int(record.at.timestamp()) if record.at else None
    common = {
        "text": record.text,
        "meta": {"verbatim_id": record.found.review, "lang": record.language},
        "_annotator_id": who,
        "_session_id": who,
        **({"_timestamp": stamp} if stamp is not None else {}),
    }
    ours = {
        **found_told(record.found),
        **circumstances_told(record),
        "flags": list(record.flags),
        "comment": record.comment,
        "skipped": record.skip or None,
        "written": [who, stamp],
    }
    if record.skip:
        yield {**common, "_view_id": "choice", "accept": [], "answer": "ignore", _OURS: ours}
        return
    for question, choice in record.answers.items():
        # An answer that nobody has given anew yet may be none of the choices of now.
        keys = list(dict.fromkeys([*choices.get(question, ()), choice]))
        yield {
            **common,
            "options": [{"id": key, "text": key} for key in keys],
            "config": {"choice_style": "single"},
            "accept": [choice],
            "answer": "accept",
            "_view_id": "choice",
            _OURS: {**ours, "question": question},
        }
    if record.marks is not None:
        yield {
            **common,
            "spans": [_span(mark) for mark in record.marks],
            "answer": "accept",
            "_view_id": "spans_manual",
            _OURS: {**ours, "themes": _themes(record.marks)},
        }


def _span(mark: Mark) -> dict[str, Any]:
    return {"start": mark.start, "end": mark.end, "label": mark_label(mark.kind, mark.scope)}


def _themes(marks: Iterable[Mark]) -> list[list[Any]]:
    return [[mark.start, mark.end, mark.kind, mark.theme] for mark in marks if mark.theme]


def read(path: Path, reading: Reading) -> Iterator[Record | Trouble]:
    with path.open("rb") as file:
        for line, value in values(file):
            try:
                yield value if isinstance(value, Trouble) else _record(value, line, reading)
            except Unmapped as error:
                yield Trouble(line, error.reason, error.detail)


def _record(value: Mapping[str, Any], line: int, reading: Reading) -> Record:
    text = text_of(value.get("text"))
    meta = value.get("meta")
    ours = value.get(_OURS)
    ours = ours if isinstance(ours, Mapping) else {}
    who = string(value.get("_annotator_id") or value.get("_session_id"))
    meta = meta if isinstance(meta, Mapping) else {}
    stamp = value.get("_timestamp")
    made: dict[str, Any] = {
        "text": text,
        "found": found_read(ours or meta),
        "lines": (line,),
        "language": string(meta.get("lang")),
    }
    kept = _as_written(ours, who, stamp)
    if kept is None:
        drawn = circumstances_read(ours)["drawn"]
        person = Person(name=who, session=True)
        made |= {"person": person, "at": time_of(stamp), "drawn": drawn}
    else:
        made |= {
            **circumstances_read(kept),
            "flags": flags_read(kept.get("flags"), reading.labels.flag),
            "comment": string(kept.get("comment")),
        }
    return Record(**{**made, **_said(value, text, reading, ours, kept)})


def _as_written(ours: Mapping[str, Any], who: str, stamp: Any) -> Mapping[str, Any] | None:
    """`ours`, while nobody has answered the row anew since it was written."""
    return ours if ours and ours.get("written") == [who, stamp] else None


def _said(
    value: Mapping[str, Any],
    text: str,
    reading: Reading,
    ours: Mapping[str, Any],
    kept: Mapping[str, Any] | None,
) -> dict[str, Any]:
    answer = value.get("answer", "accept")
    if answer == "ignore":
        reason = string((kept or {}).get("skipped"))
        return {
            "skip": reason or _OTHER,
            "about": frozenset() if reason else _about(value, reading),
        }
    if answer == "reject":
        # That a label does not hold says not which one does.
        raise Unmapped("rejected")
    if answer != "accept":
        raise Unmapped("unreadable")
    found: dict[str, Any] = {"answers": {}}
    labels = _labels(value, string(ours.get("question")))
    options = _options(value)
    for label in labels:
        question, choice = reading.labels.answer(label, options)
        if question == FLAG:
            found["flags"] = (*found.get("flags", ()), choice)
        elif question != IGNORE:
            if found["answers"].get(question, choice) != choice:
                raise Unmapped("two_choices", question)
            found["answers"][question] = choice
    if "spans" in value:
        found["marks"] = _marks(value["spans"], text, reading, ours)
    return found


def _labels(value: Mapping[str, Any], question: str) -> list[str]:
    """What was chosen: the ids of a choice, or the label of a row that was accepted."""
    if "options" in value:
        chosen = value.get("accept", [])
        if not isinstance(chosen, list):
            chosen = [chosen]
        found = [string(one) for one in chosen]
    elif "label" in value:
        found = [string(value["label"])]
    else:
        return []
    return [f"{question}={one}" for one in found] if question else found


def _about(value: Mapping[str, Any], reading: Reading) -> frozenset[str]:
    """What a task asked that was ignored; empty: it does not show, so the whole review."""
    found = {MENTIONS} if "spans" in value or "tokens" in value else set()
    options = _options(value)
    for label in options or _labels(value, ""):
        try:
            found.add(reading.labels.answer(label, options)[0])
        except Unmapped:
            continue
    return frozenset(found - {FLAG, IGNORE})


def _options(value: Mapping[str, Any]) -> list[str]:
    given = value.get("options")
    if not isinstance(given, list):
        return []
    return [string(one.get("id")) for one in given if isinstance(one, Mapping)]


def _marks(value: Any, text: str, reading: Reading, ours: Mapping[str, Any]) -> tuple[Mark, ...]:
    if not isinstance(value, list):
        raise Unmapped("unreadable")
    given = ours.get("themes")
    themes = {
        tuple(one[:3]): string(one[3])
        for one in (given if isinstance(given, list) else [])
        if isinstance(one, list) and len(one) == 4 and all(isinstance(x, int | str) for x in one)
    }
    found = []
    for one in value:
        if not isinstance(one, Mapping):
            raise Unmapped("unreadable")
        meant = reading.labels.mark(string(one.get("label")))
        if meant is None:
            continue
        start, end = span_of(one.get("start"), one.get("end"), text, one.get("text"), reading.utf16)
        found.append(Mark(start, end, *meant, themes.get((start, end, meant[0]), "")[:80]))
    return tuple(found)


FORMAT = Format("prodigy", ".jsonl", "application/x-ndjson", read, write)
