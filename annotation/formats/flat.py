"""Label Studio's JSON_MIN and CSV: an annotation a row, a control a column, the task's data beside.

They tell less than its JSON: skips are left out, and a choice for a region does not say for which.
(Source: label_studio_sdk.converter, `convert_to_json_min`, `exports/csv`, `prettify_result`.)
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from annotation.formats.base import Reading
from annotation.formats.labels import FLAG, IGNORE
from annotation.formats.lines import number_of, string, text_of, time_of
from annotation.formats.record import Mark, Person, Record, Trouble, Unmapped
from annotation.formats.spans import span_of
from annotation.formats.telling import found_read

FLAT = "annotation_id"
"""The field that only rows of this kind have."""
_ABOUT = frozenset(
    {FLAT, "id", "annotator", "created_at", "updated_at", "lead_time", "agreement", "text"}
    | {"review_id", "verbatim_id", "store", "source", "external_id", "lang", "language"}
)


def flat_record(row: Mapping[str, Any], line: int, reading: Reading) -> Iterator[Record | Trouble]:
    """The record of a row; cells of a table may hold JSON."""
    try:
        yield _record(row, line, reading)
    except Unmapped as error:
        yield Trouble(line, error.reason, error.detail)


def _record(row: Mapping[str, Any], line: int, reading: Reading) -> Record:
    text = text_of(row.get("text"))
    answers: dict[str, str] = {}
    flags: list[str] = []
    regions: list[Mapping[str, Any]] = []
    for name, cell in row.items():
        value = _unpacked(cell)
        if name in _ABOUT or name in ("comment", "scope") or value in (None, "", []):
            continue
        if _are_regions(value):
            regions += value
        elif name == "flags":
            flags += [reading.labels.flag(one) for one in _choices(value)]
        else:
            _answer(name, value, answers, flags, reading)
    scopes = _choices(_unpacked(row.get("scope")))
    return Record(
        text=text,
        person=_person(row.get("annotator")),
        found=found_read(row),
        language=string(row.get("lang") or row.get("language")),
        answers=answers,
        marks=tuple(_marks(regions, scopes, text, reading)) or None,
        flags=tuple(flags),
        comment="\n".join(_choices(_unpacked(row.get("comment")))),
        seconds=_seconds(row.get("lead_time")),
        at=time_of(string(row.get("updated_at") or row.get("created_at"))),
        lines=(line,),
    )


def _unpacked(cell: Any) -> Any:
    if isinstance(cell, str) and cell[:1] in ("[", "{"):
        try:
            return json.loads(cell)
        except (ValueError, RecursionError):
            return cell
    return cell


def _are_regions(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, Mapping) and "start" in one and "labels" in one for one in value
    )


def _choices(value: Any) -> list[str]:
    """One choice as it is, several under `choices`, lines of text under `text`."""
    found: list[str] = []
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, Mapping):
            inner = one.get("choices", one.get("text"))
            found += [string(each) for each in (inner if isinstance(inner, list) else [inner])]
        elif string(one):
            found.append(string(one))
    return found


def _answer(
    name: str, value: Any, answers: dict[str, str], flags: list[str], reading: Reading
) -> None:
    labels, chosen = reading.labels, _choices(value)
    if not labels.is_question(name):
        # Columns of plain words may be data of the task as well: a control is one whose labels
        # were said to mean something.
        for one in chosen:
            meant = labels.said(name, one)
            if meant is None and not isinstance(value, str):
                raise Unmapped("unknown_question", name)
            if meant is not None and meant[0] == FLAG:
                flags.append(meant[1])
            elif meant is not None and meant[0] != IGNORE:
                _put(answers, *meant)
        return
    for one in chosen:
        choice = labels.choice(name, one)
        if choice is not None:
            _put(answers, name, choice)


def _put(answers: dict[str, str], question: str, choice: str) -> None:
    if answers.get(question, choice) != choice:
        raise Unmapped("two_choices", question)
    answers[question] = choice


def _marks(
    regions: list[Mapping[str, Any]], scopes: list[str], text: str, reading: Reading
) -> Iterator[Mark]:
    if scopes and len(regions) > 1:
        raise Unmapped("scope_unplaced", ", ".join(scopes))
    for one in regions:
        place = span_of(one.get("start"), one.get("end"), text, one.get("text"), reading.utf16)
        labels = one.get("labels")
        for label in labels if isinstance(labels, list) else [labels]:
            kind = string(label)
            meant = reading.labels.mark(f"{kind}/{scopes[0]}" if scopes else kind)
            if meant is not None:
                yield Mark(*place, *meant)


def _person(value: Any) -> Person:
    called = string(value).strip()
    if called.isdecimal():
        return Person(f"label-studio-{called}")
    return Person(email=called) if "@" in called else Person(name=called)


def _seconds(value: Any) -> float | None:
    try:
        return number_of(float(value)) if value not in (None, "") else None
    except (TypeError, ValueError, OverflowError):
        return None
