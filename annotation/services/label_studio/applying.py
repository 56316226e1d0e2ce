"""Tasks as the server shows them, written down: which answers are new, changed or gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime

from annotation.label_studio.results import read
from annotation.models import (
    LabelStudioAnswer,
    LabelStudioPerson,
    LabelStudioTask,
)
from reviews.models import TextRevision

_LONGEST_SECONDS = 3600.0  # what is longer was a pause
_NOBODY = 0  # whoever answered has no account there any more

Person = Callable[[int], LabelStudioPerson]
Redact = Callable[[str], str]


@transaction.atomic
def task_apply(
    *,
    task_id: int,
    seen: Mapping[str, Any],
    person: Person,
    redact: Redact,
    account: str,
    sure: bool = False,
) -> int:
    """Write down what `seen`, a task with its annotations, says. Returns how many answers changed.

    `redact` takes personal data out of comments; `account` is ours there: what it changes does not
    count as an edit by another person. `sure`: it is what stands there now, whatever its times say;
    else what is older than what is known changes nothing. Raises KeyError, TypeError or ValueError
    for a form that is not known.
    """
    task = LabelStudioTask.objects.select_for_update(of=("self",)).get(pk=task_id)
    there = seen.get("annotations")
    if not isinstance(there, list):
        raise TypeError("no list of annotations")
    revision = _revision(task, str(seen["data"].get("text", "")))
    living = task.answers.exclude(state=LabelStudioAnswer.State.DELETED)
    known = {answer.remote_id: answer for answer in living}
    changed = 0
    for one in there:
        answer = known.pop(int(one["id"]), None)
        changed += _upsert(task, answer, seen, one, revision, person, redact, account, sure=sure)
    for answer in known.values():
        if answer.remote_task == int(seen["id"]):
            changed += _deleted(answer)
    task.remote_updated_at = moment_of(seen["updated_at"])
    task.save(update_fields=["remote_updated_at"])
    return changed


def _revision(task: LabelStudioTask, text: str) -> TextRevision | None:
    """Which of the review's texts it is that people see there."""
    texts = TextRevision.objects.filter(review=task.review_number).order_by("-number")
    fitting = [one for one in texts if one.text == text]
    return next((one for one in fitting if one.pk == task.revision_id), None) or (
        fitting[0] if fitting else None
    )


def _upsert(
    task: LabelStudioTask,
    answer: LabelStudioAnswer | None,
    seen: Mapping[str, Any],
    one: Mapping[str, Any],
    revision: TextRevision | None,
    person: Person,
    redact: Redact,
    account: str,
    *,
    sure: bool,
) -> int:
    created, updated = moment_of(one["created_at"]), moment_of(one["updated_at"])
    changed = 0
    if answer is not None and answer.remote_created_at != created:
        # Numbers of deleted ones are given again.
        changed += _deleted(answer)
        answer = None
    known = answer.remote_updated_at if answer is not None else None
    if (
        answer is not None
        and known is not None
        and (known == updated or (known > updated and not sure))
    ):
        if answer.remote_task != int(seen["id"]):
            answer.remote_task = int(seen["id"])
            answer.save(update_fields=["remote_task"])
        return changed
    found = answer or LabelStudioAnswer(
        task=task, remote_id=int(one["id"]), remote_created_at=created
    )
    found.remote_task = int(seen["id"])
    found.remote_updated_at = updated
    found.revision = revision
    _fill(found, one, str(seen["data"].get("text", "")), person, redact, account)
    found.save()
    return changed + 1


def _fill(
    answer: LabelStudioAnswer,
    one: Mapping[str, Any],
    text: str,
    person: Person,
    redact: Redact,
    account: str,
) -> None:
    said = read(one.get("result"), text)
    if said.comment:
        said.comment = redact(said.comment)
    whose, editor = _id(one.get("completed_by")), _id(one.get("updated_by"))
    answer.person = person(whose)
    if editor in {_NOBODY, whose}:
        answer.edited_by_other, answer.editor = False, None
    elif person(editor).email != account:
        answer.edited_by_other, answer.editor = True, person(editor)
    answer.state = (
        LabelStudioAnswer.State.SKIPPED
        if one.get("was_cancelled")
        else LabelStudioAnswer.State.ANSWERED
    )
    answer.said = said.to_json()
    answer.seconds_spent = _seconds(one.get("lead_time"))
    answer.settled = False


def _deleted(answer: LabelStudioAnswer) -> int:
    answer.state = LabelStudioAnswer.State.DELETED
    answer.settled = False
    answer.save(update_fields=["state", "settled"])
    return 1


@transaction.atomic
def task_gone(*, task_id: int) -> int:
    """Somebody deleted it there, and its answers with it. Returns how many those were."""
    task = LabelStudioTask.objects.select_for_update(of=("self",)).get(pk=task_id)
    task.state, task.remote_id = LabelStudioTask.State.GONE, None
    task.save(update_fields=["state", "remote_id"])
    living = task.answers.exclude(state=LabelStudioAnswer.State.DELETED)
    return sum(_deleted(answer) for answer in living)


@transaction.atomic
def answers_gone(*, answer_ids: Sequence[int]) -> int:
    """They are not there any more. Returns how many those were."""
    found = LabelStudioAnswer.objects.filter(pk__in=answer_ids).select_for_update()
    return sum(_deleted(answer) for answer in found.exclude(state=LabelStudioAnswer.State.DELETED))


Known = Sequence[tuple[int, int, datetime]]
"""Of the answers of a task: their numbers there, the task they stand at, and when they changed."""


def went_back(seen: Mapping[str, Any], known: Known) -> bool:
    """Whether an annotation that is known bears an earlier time of change than it did before."""
    times = {number: at for number, _, at in known}
    there = [(int(one["id"]), moment_of(one["updated_at"])) for one in seen["annotations"]]
    return any(at < times.get(number, at) for number, at in there)


def unchanged(task: LabelStudioTask, seen: Mapping[str, Any], known: Known) -> bool:
    """Whether `seen` says nothing new."""
    if task.remote_updated_at != moment_of(seen["updated_at"]):
        return False
    at_it = {(number, at) for number, place, at in known if place == int(seen["id"])}
    return at_it == {(int(one["id"]), moment_of(one["updated_at"])) for one in seen["annotations"]}


def _id(value: Any) -> int:
    """Lists give a number, a single task an object."""
    if isinstance(value, Mapping):
        value = value.get("id")
    return int(value) if value is not None else _NOBODY


def moment_of(value: Any) -> datetime:
    found = parse_datetime(str(value))
    if found is None:
        raise ValueError("no moment")
    return found


def _seconds(value: Any) -> float | None:
    if not isinstance(value, int | float) or value < 0:
        return None
    return min(float(value), _LONGEST_SECONDS)
