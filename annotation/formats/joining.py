"""Rows of one person about one review become one record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from annotation.formats.record import Mark, Record, Trouble

_NEVER = datetime.min.replace(tzinfo=UTC)
MENTIONS = "mentions"  # what a skip can be about, beside questions


def joined(records: Iterable[Record]) -> Iterator[Record | Trouble]:
    """Records by person and review, in the order of their first lines.

    A tool may write a row for each question, and the same task several times: what was said last
    holds, by the rows' times, or by their order where they have none. What an earlier row said
    otherwise is told. A skip takes back what was said before it, of the questions it is about.
    """
    groups: dict[tuple[object, ...], list[Record]] = {}
    for record in records:
        groups.setdefault(_key(record), []).append(record)
    for group in groups.values():
        if len(group) == 1:
            yield group[0]
        else:
            yield from _join(sorted(group, key=lambda one: one.at or _NEVER))


def _key(record: Record) -> tuple[object, ...]:
    found = record.found
    person = record.person
    return (
        (person.id, person.name, person.email),
        found.review,
        (found.store, found.source, found.external_id),
        record.text,
        # Somebody may have answered in one batch and skipped in another.
        record.drawn.batch if record.drawn else "",
    )


def _join(group: list[Record]) -> Iterator[Record | Trouble]:
    """Of records in the order of their times."""
    lines = tuple(sorted({line for one in group for line in one.lines}))
    answers: dict[str, tuple[str, Record]] = {}
    marks: tuple[tuple[Mark, ...], Record] | None = None
    again: list[Record] = []
    for one in group:
        if one.skip:
            taken = [key for key in answers if not one.about or key in one.about]
            again += [answers.pop(key)[1] for key in taken]
            if marks is not None and (not one.about or MENTIONS in one.about):
                again.append(marks[1])
                marks = None
            continue
        for key, choice in one.answers.items():
            if key in answers and answers[key][0] != choice:
                again.append(answers[key][1])
            answers[key] = (choice, one)
        if one.marks is not None:
            if marks is not None and marks[0] != one.marks:
                again.append(marks[1])
            marks = (one.marks, one)
    for place in dict.fromkeys(one.lines[0] for one in again if one.lines):
        yield Trouble(place, "answered_again", refused=False)
    said = [one for one in group if not one.skip]
    if not answers and marks is None:
        last = next((one for one in reversed(group) if one.skip), group[-1])
        yield replace(last, lines=lines)
        return
    yield _whole(said, answers, marks[0] if marks else None, lines)


def _whole(
    said: list[Record],
    answers: dict[str, tuple[str, Record]],
    marks: tuple[Mark, ...] | None,
    lines: tuple[int, ...],
) -> Record:
    """The last record, with what others say of it that it does not say itself."""
    made = said[-1]
    for one in reversed(said[:-1]):
        made = replace(
            made,
            flags=made.flags or one.flags,
            comment=made.comment or one.comment,
            seconds=made.seconds if made.seconds is not None else one.seconds,
            guideline=made.guideline or one.guideline,
            drawn=made.drawn or one.drawn,
        )
    versions = {key: one.versions[key] for key, (_, one) in answers.items() if key in one.versions}
    return replace(
        made,
        answers={key: choice for key, (choice, _) in answers.items()},
        versions=versions,
        marks=marks,
        lines=lines,
    )
