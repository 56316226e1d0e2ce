"""Label Studio's JSON: a list of tasks with their annotations and predictions.

A control for each question is named by its key, the spans' one `mentions` with the kinds as labels;
`scope` is a choice for each region, `flags` one of several, `comment` a text area; a theme is the
region's note. Who answered, when and why stands under `verbatim` in an annotation, which Label
Studio drops when it takes the file in. Predictions are written, and never read as labels.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

from annotation.formats.base import Choices, Format, Reading
from annotation.formats.flat import FLAT, flat_record
from annotation.formats.lines import number_of, string, text_of, time_of, values
from annotation.formats.record import (
    Found,
    Mark,
    Person,
    Record,
    Said,
    Trouble,
    Unmapped,
)
from annotation.formats.telling import circumstances_read, circumstances_told, found_read, time_told
from annotation.label_studio.parts import Region, chosen, commented, marked, taken_apart

_OURS = "verbatim"
_OTHER = "other"  # reason of a skip, for which Label Studio has no word


def write(records: Iterable[Record], file: BinaryIO, choices: Choices) -> None:
    between = b"[\n"
    for _, group in groupby(records, key=lambda record: record.found.review):
        task = json.dumps(_task(list(group)), ensure_ascii=False)
        file.write(between + task.encode())
        between = b",\n"
    file.write(b"[]\n" if between == b"[\n" else b"\n]\n")


def _task(records: Sequence[Record]) -> dict[str, Any]:
    first = records[0]
    said = first.said
    found = first.found
    return {
        "data": {"text": first.text, "review_id": found.review},
        "meta": {
            "verbatim_id": found.review,
            "store": found.store,
            "source": found.source,
            "external_id": found.external_id,
            "lang": first.language,
        },
        "annotations": [_annotation(record) for record in records],
        "predictions": [] if said is None else [_prediction(said, first.text)],
    }


def _annotation(record: Record) -> dict[str, Any]:
    told = {
        "result": [
            *(chosen(question, [choice]) for question, choice in record.answers.items()),
            *_regions(record.marks or (), record.text),
            *([chosen("flags", record.flags)] if record.flags else []),
            *([commented(record.comment)] if record.comment else []),
        ],
        "was_cancelled": bool(record.skip),
        "ground_truth": False,
        "lead_time": record.seconds,
        "created_at": time_told(record.at),
        _OURS: {
            **circumstances_told(record),
            "skipped": record.skip or None,
            "marked": record.marks is not None,
        },
    }
    # An address that it does not know makes Label Studio refuse the whole file.
    if record.person.email:
        told["completed_by"] = {"email": record.person.email}
    return told


def _prediction(said: Said, text: str) -> dict[str, Any]:
    return {
        "model_version": said.model,
        "score": min((score for _, score in said.answers.values()), default=None),
        "result": [
            *(chosen(question, [choice]) for question, (choice, _) in said.answers.items()),
            *_regions(said.marks, text),
        ],
    }


def _regions(marks: Iterable[Mark], text: str) -> Iterator[dict[str, Any]]:
    for number, mark in enumerate(marks, start=1):
        place = mark.start, mark.end
        yield from marked(number, place, mark.kind, mark.scope, text, note=mark.theme)


def read(path: Path, reading: Reading) -> Iterator[Record | Trouble]:
    """One record for each annotation, also of JSON_MIN. Tasks without one are passed over."""
    with path.open("rb") as file:
        for line, task in values(file):
            if isinstance(task, Trouble):
                yield task
                continue
            if FLAT in task:
                yield from flat_record(task, line, reading)
                continue
            annotations = task.get("annotations", task.get("completions"))
            if not isinstance(annotations, list):
                annotations = []
            if not isinstance(task.get("data"), Mapping):
                # In another format none of its rows would be missed.
                yield Trouble(line, "unreadable")
                continue
            for annotation in annotations:
                try:
                    yield _record(task, annotation, line, reading)
                except Unmapped as error:
                    yield Trouble(line, error.reason, error.detail)


def _record(task: Mapping[str, Any], annotation: Any, line: int, reading: Reading) -> Record:
    if not isinstance(annotation, Mapping):
        raise Unmapped("unreadable")
    data, meta = task.get("data"), task.get("meta")
    data = data if isinstance(data, Mapping) else {}
    meta = meta if isinstance(meta, Mapping) else {}
    text = text_of(data.get("text"))
    ours = annotation.get(_OURS)
    ours = ours if isinstance(ours, Mapping) else {}
    made: dict[str, Any] = circumstances_read(ours)
    if not made["person"].called:
        made["person"] = _person(annotation.get("completed_by"))
    given = annotation.get("updated_at") or annotation.get("created_at")
    made["at"] = made["at"] or time_of(given)
    if made["seconds"] is None:
        made["seconds"] = number_of(annotation.get("lead_time"))
    skip = ""
    if annotation.get("was_cancelled") is True:
        skip = string(ours.get("skipped")) or _OTHER
    # What stood there when somebody skipped is no answer.
    said = {} if skip else _said(annotation.get("result"), text, reading)
    if ours and not skip and not ours.get("marked") and not said.get("marks"):
        said["marks"] = None
    return Record(
        text=text,
        found=_found(data, meta),
        language=string(meta.get("lang")),
        skip=skip,
        lines=(line,),
        **made,
        **said,
    )


def _found(data: Mapping[str, Any], meta: Mapping[str, Any]) -> Found:
    return found_read({"review_id": data.get("review_id", meta.get("verbatim_id")), **meta})


def _person(value: Any) -> Person:
    """`completed_by`: a number on that server, or an object with the address."""
    if isinstance(value, Mapping):
        number = string(value.get("id"))
        return Person(
            f"label-studio-{number}" if number else "",
            string(value.get("username")),
            string(value.get("email")),
        )
    number = string(value)
    return Person(f"label-studio-{number}") if number else Person()


def _said(result: Any, text: str, reading: Reading) -> dict[str, Any]:
    parts = taken_apart(result)
    if parts.unreadable:
        raise Unmapped("unreadable")
    if parts.others:
        raise Unmapped("other_control", parts.others[0])
    found: dict[str, Any] = {"answers": {}, "flags": (), "comment": parts.comment}
    for name, given in parts.choices:
        if name == "flags":
            found["flags"] = tuple(reading.labels.flag(flag) for flag in given)
        else:
            _answer(found["answers"], name, _single(given, name), reading)
    scopes = {key: _single(given, "scope") for key, given in parts.scopes.items()}
    found["marks"] = tuple(
        mark for region in parts.regions for mark in _marks(region, text, scopes, reading)
    )
    return found


def _single(choices: Sequence[str], name: str) -> str:
    if len(choices) > 1:
        raise Unmapped("two_choices", name)
    return choices[0] if choices else ""


def _answer(answers: dict[str, str], name: str, label: str, reading: Reading) -> None:
    if not label:
        return
    if reading.labels.is_question(name):
        chosen = reading.labels.choice(name, label)
        meant = (name, chosen) if chosen else None
    else:
        meant = reading.labels.foreign(name, label)
    if meant is None:
        return
    if answers.get(meant[0], meant[1]) != meant[1]:
        raise Unmapped("two_choices", meant[0])
    answers[meant[0]] = meant[1]


def _marks(
    region: Region, text: str, scopes: Mapping[str, str], reading: Reading
) -> Iterator[Mark]:
    place = region.place(text, utf16=reading.utf16)
    scope = scopes.get(region.key, "")
    for label in region.labels:
        meant = reading.labels.mark(f"{label}/{scope}" if scope else label)
        if meant is not None:
            yield Mark(*place, *meant, region.note[:80])


FORMAT = Format("label_studio", ".json", "application/json", read, write)
