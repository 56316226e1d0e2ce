"""Taking in what the lists of a project's tasks say, page by page as they come."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from annotation.label_studio.client import Client
from annotation.label_studio.configuration import KEY
from annotation.label_studio.errors import NotThere
from annotation.models import (
    LabelStudioAnswer,
    LabelStudioPerson,
    LabelStudioProject,
    LabelStudioTask,
)
from annotation.services.label_studio.accounts import person_of
from annotation.services.label_studio.applying import (
    Known,
    Redact,
    answers_gone,
    moment_of,
    task_apply,
    task_gone,
    unchanged,
    went_back,
)

log = logging.getLogger("verbatim.label_studio")


class Taking:
    """What one exchange finds there.

    tasks: ours that were looked at. answers: new, changed or deleted. gone: tasks deleted there.
    strangers: tasks that somebody else put there. newest: the last change that was seen.
    strange: tasks whose form is not known; they are passed over.
    """

    def __init__(self, project: LabelStudioProject, client: Client, redact: Redact) -> None:
        self.tasks = self.answers = self.gone = self.strangers = self.strange = 0
        self.newest: datetime | None = None
        self._project, self._client, self._redact = project, client, redact
        self._seen: set[tuple[int, int]] = set()  # our number of a task, and its number there

        @lru_cache(maxsize=1000)
        def person(remote_id: int) -> LabelStudioPerson:
            return person_of(project.server, remote_id)

        self._person = person

    def page(self, listed: Sequence[dict[str, Any]]) -> None:
        keys = [key for one in listed if (key := _uuid(_key(one)))]
        by_key = {str(task.key): task for task in self._project.tasks.filter(key__in=keys)}
        known = _known_answers([task.pk for task in by_key.values()])
        for seen in listed:
            task = by_key.get(_key(seen))
            if task is None:
                self._stranger(seen)
                continue
            self._seen.add((task.pk, int(seen["id"])))
            if task.item_id is None:
                continue  # its review is gone here; it goes there next
            try:
                self._take(task, seen, known)
            except LabelStudioTask.DoesNotExist:
                continue  # erased while we read
            except (KeyError, TypeError, ValueError) as error:
                self.strange += 1
                log.warning("task %s there cannot be read: %s", seen["id"], type(error).__name__)

    def _take(
        self, task: LabelStudioTask, seen: dict[str, Any], known: Mapping[int, Known]
    ) -> None:
        self._number(task, seen)
        self.tasks += 1
        at = moment_of(seen["updated_at"])
        self.newest = max(self.newest or at, at)
        if unchanged(task, seen, known[task.pk]):
            return
        # Its clock was put back, so that a change bears an earlier time: what it says now holds.
        sure = went_back(seen, known[task.pk])
        if sure:
            try:
                seen = self._client.task(int(seen["id"]))
            except NotThere:
                return  # the next exchange finds that it is gone
        self.answers += task_apply(
            task_id=task.pk,
            seen=seen,
            person=self._person,
            redact=self._redact,
            account=self._project.server.account,
            sure=sure,
        )

    def _stranger(self, seen: dict[str, Any]) -> None:
        """A task that somebody else put there. One of ours that nobody remembers is a copy of a
        text that may be erased: it goes, unless people answered it."""
        if not _key(seen) or seen.get("annotations") or seen.get("drafts"):
            self.strangers += 1
        else:
            self._client.task_delete(int(seen["id"]))

    def _number(self, task: LabelStudioTask, seen: dict[str, Any]) -> None:
        """Its number there. Of two with the same key the first is kept, and of the other what
        people answered; without an answer it goes."""
        number = int(seen["id"])
        if task.remote_id == number:
            return
        if task.remote_id is not None and self._is_there(task):
            if not seen.get("annotations") and not seen.get("drafts"):
                self._client.task_delete(number)
            return
        task.remote_id, task.state = number, LabelStudioTask.State.SENT
        LabelStudioTask.objects.filter(pk=task.pk).update(remote_id=number, state=task.state)

    def _is_there(self, task: LabelStudioTask) -> bool:
        assert task.remote_id is not None  # noqa: S101 - asked before
        try:
            return _key(self._client.task(task.remote_id)) == str(task.key)
        except NotThere:
            return False

    def whole(self) -> None:
        """All were listed: what was not among them is gone."""
        ours = {task for task, _ in self._seen}
        sent = self._project.tasks.filter(state=LabelStudioTask.State.SENT)
        for pk in sent.values_list("pk", flat=True):
            if pk not in ours:
                self.answers += task_gone(task_id=pk)
                self.gone += 1
        # Of a task that was there twice one was deleted, with what people had answered at it.
        rows = LabelStudioAnswer.objects.filter(task__project=self._project, task__in=sent)
        living = rows.exclude(state=LabelStudioAnswer.State.DELETED)
        lost = [
            pk
            for pk, task, number in living.values_list("pk", "task_id", "remote_task").iterator()
            if task in ours and (task, number) not in self._seen
        ]
        self.answers += answers_gone(answer_ids=lost)


def _key(seen: Mapping[str, Any]) -> str:
    data = seen.get("data")
    return str(data.get(KEY) or "") if isinstance(data, Mapping) else ""


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _known_answers(tasks: Sequence[int]) -> dict[int, list[tuple[int, int, datetime]]]:
    found: dict[int, list[tuple[int, int, datetime]]] = defaultdict(list)
    rows = LabelStudioAnswer.objects.filter(task__in=tasks)
    rows = rows.exclude(state=LabelStudioAnswer.State.DELETED)
    fields = ("task_id", "remote_id", "remote_task", "remote_updated_at")
    for task, number, place, at in rows.values_list(*fields):
        found[task].append((number, place, at))
    return found
