"""Rows of one person about one review become one record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from annotation.formats.record import Record, Trouble

_NEVER = datetime.min.replace(tzinfo=UTC)


def joined(records: Iterable[Record]) -> Iterator[Record | Trouble]:
    """Records by person and review, in the order of their first lines.

    A tool may write a row for each question, and the same task several times: what was said last
    holds, by the rows' times, or by their order where they have none. What an earlier row said
    otherwise is told. A person who skipped and answered has answered, unless the skip came later.
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
    )


def _join(group: list[Record]) -> Iterator[Record | Trouble]:
    last = group[-1]
    lines = tuple(sorted({line for one in group for line in one.lines}))
    if last.skip:
        for one in group[:-1]:
            if not one.skip:
                yield Trouble(one.lines[0], "answered_again", refused=False)
        yield replace(last, lines=lines)
        return
    said = [one for one in group if not one.skip]
    made = replace(last, lines=lines)
    answers: dict[str, str] = {}
    versions: dict[str, int] = {}
    for one in said:
        if any(answers.get(key, choice) != choice for key, choice in one.answers.items()):
            yield Trouble(one.lines[0], "answered_again", refused=False)
        answers |= one.answers
        versions |= one.versions
        if one.marks is not None:
            if made.marks is not None and one is not last and one.marks != made.marks:
                yield Trouble(one.lines[0], "answered_again", refused=False)
            if last.marks is None:
                made = replace(made, marks=one.marks)
        made = replace(
            made,
            flags=made.flags or one.flags,
            comment=made.comment or one.comment,
            seconds=made.seconds if made.seconds is not None else one.seconds,
            guideline=made.guideline or one.guideline,
            drawn=made.drawn or one.drawn,
        )
    yield replace(made, answers=answers, versions=versions)
