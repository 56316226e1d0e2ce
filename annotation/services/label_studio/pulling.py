"""Bringing in what people did there: asked for again and again, so that nothing is lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from annotation.label_studio.client import Client
from annotation.label_studio.configuration import KEY
from annotation.label_studio.errors import LabelStudioError, NotThere
from annotation.models import (
    LabelStudioAnswer,
    LabelStudioPerson,
    LabelStudioProject,
    LabelStudioServer,
    LabelStudioTask,
)
from annotation.services.label_studio.accounts import people_refresh, person_of
from annotation.services.label_studio.applying import task_apply, task_gone, unchanged
from annotation.services.label_studio.connecting import client_for, server_trouble
from annotation.services.label_studio.keeping import notes_forget, texts_renew, texts_withdraw
from annotation.services.label_studio.locks import alone_with
from annotation.services.label_studio.sending import project_send
from annotation.services.label_studio.settling import items_settle

OVERLAP = timedelta(minutes=2)  # asked for again, for clocks and transactions that end late
_LIVE = [
    LabelStudioProject.State.SENDING,
    LabelStudioProject.State.OPEN,
    LabelStudioProject.State.LEFT,
]

Redact = Callable[[str], str]


@dataclass
class Pulled:
    """What one exchange did. `tasks`: looked at; `answers`: new, changed or deleted there."""

    tasks: int = 0
    answers: int = 0
    gone: int = 0
    sent: int = 0
    whole: bool = False

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def redact_comment(text: str) -> str:
    """In a worker: the web process asks the text service instead."""
    from reviews.redacting import engine

    return engine().redact(text).text


def server_pull(
    *, server: LabelStudioServer, whole: bool = False, project: LabelStudioProject | None = None
) -> dict[int, Pulled]:
    """Exchange with all its projects, or with one. What fails is noted on the server, and raised.

    `whole`: look at every task, not only at those that say they changed.
    """
    wanted = [project] if project is not None else list(server.projects.filter(state__in=_LIVE))
    found: dict[int, Pulled] = {}
    try:
        with client_for(server) as client:
            changed = people_refresh(server=server, client=client)
            for one in wanted:
                with alone_with(one.pk) as held:
                    if held:
                        one.refresh_from_db()
                        found[one.pk] = project_exchange(project=one, client=client, whole=whole)
            _settle_people(changed)
        notes_forget(server=server)
    except LabelStudioError as error:
        server_trouble(server, error)
        raise
    server_trouble(server, None)
    return found


def project_exchange(
    *,
    project: LabelStudioProject,
    client: Client,
    whole: bool = False,
    redact: Redact = redact_comment,
) -> Pulled:
    """Send what waits, take back what must not be there, bring in what changed. Hold its lock."""
    done = Pulled()
    announced = list(project.wakeups.values_list("pk", flat=True))
    if project.remote_id is None:
        if project.state == LabelStudioProject.State.SENDING:
            done.sent = project_send(project=project, client=client)
        project.wakeups.filter(pk__in=announced).delete()
        return done
    there = _there(project, client)
    if there is None:
        _project_gone(project)
        project.wakeups.filter(pk__in=announced).delete()
        return done
    began = client.moment
    # Before anything changes there: what people said of the texts as they are.
    _bring_in(project, client, there, whole, redact, done)
    project.cursor = began or project.cursor
    project.pulled_at = timezone.now()
    if done.whole:
        project.compared_at = project.pulled_at
    elif done.answers and not announced:
        project.unannounced += done.answers
    project.save(update_fields=["cursor", "pulled_at", "compared_at", "unannounced", "strangers"])
    project.wakeups.filter(pk__in=announced).delete()
    texts_withdraw(project=project, client=client)
    texts_renew(project=project, client=client)
    if project.state == LabelStudioProject.State.SENDING:
        done.sent = project_send(project=project, client=client)
    return done


def _there(project: LabelStudioProject, client: Client) -> dict[str, Any] | None:
    """The project there; None when it was deleted, or another one got its number."""
    assert project.remote_id is not None  # noqa: S101 - asked before
    try:
        found = client.project(project.remote_id)
    except NotThere:
        return None
    return found if str(project.key) in (found.get("description") or "") else None


def _project_gone(project: LabelStudioProject) -> None:
    """Deleted there: our labels stay, as a deletion of everything is seldom meant."""
    project.state, project.remote_id, project.hook_id = LabelStudioProject.State.GONE, None, None
    project.save(update_fields=["state", "remote_id", "hook_id"])
    tasks = project.tasks.exclude(state=LabelStudioTask.State.WAITING)
    tasks.update(state=LabelStudioTask.State.GONE, remote_id=None)
    project.tasks.filter(state=LabelStudioTask.State.WAITING).delete()


def _bring_in(
    project: LabelStudioProject,
    client: Client,
    there: dict[str, Any],
    whole: bool,
    redact: Redact,
    done: Pulled,
) -> None:
    assert project.remote_id is not None  # noqa: S101 - asked before
    sent = project.tasks.filter(state=LabelStudioTask.State.SENT)
    # A deleted task leaves no trace but a smaller number of them.
    done.whole = (
        whole
        or project.cursor is None
        or int(there.get("task_number", -1)) != sent.count() + project.strangers
    )
    filters = [] if done.whole else [_since(project.cursor)]
    listed = client.tasks(project.remote_id, filters)
    by_key = {str(task.key): task for task in project.tasks.all()}
    strangers, seen_keys = _take(project, client, listed, by_key, redact, done)
    held: set[int] = set()
    if done.whole:
        project.strangers = strangers
        for key, task in by_key.items():
            if key not in seen_keys and task.state == LabelStudioTask.State.SENT:
                done.answers += task_gone(task_id=task.pk)
                done.gone += 1
        held = _held(project)
    items_settle(item_ids=sorted(_unsettled(project) | held))


def _take(
    project: LabelStudioProject,
    client: Client,
    listed: list[dict[str, Any]],
    by_key: dict[str, LabelStudioTask],
    redact: Redact,
    done: Pulled,
) -> tuple[int, set[str]]:
    """Write down what the tasks say. Returns how many are not ours, and the keys of those that
    are."""
    strangers, seen_keys = 0, set()
    known = _known_answers(project)

    @lru_cache(maxsize=1000)
    def person(remote_id: int) -> LabelStudioPerson:
        return person_of(project.server, remote_id)

    for seen in listed:
        key = str(seen.get("data", {}).get(KEY, ""))
        task = by_key.get(key)
        if task is None:
            strangers += _stranger(key, seen, client)
            continue
        seen_keys.add(key)
        if task.item_id is None:
            continue  # its review is gone here; it goes there next
        _number(task, int(seen["id"]), listed, client)
        done.tasks += 1
        if not unchanged(task, seen, known[task.pk]):
            done.answers += task_apply(
                task_id=task.pk,
                seen=seen,
                person=person,
                redact=redact,
                account=project.server.account,
            )
    return strangers, seen_keys


def _stranger(key: str, seen: dict[str, Any], client: Client) -> int:
    """1 for a task that somebody else put there. One of ours that nobody remembers is a copy of a
    text that may be erased: it goes, unless people answered it."""
    if not key or seen.get("annotations") or seen.get("drafts"):
        return 1
    client.task_delete(int(seen["id"]))
    return 0


def _number(
    task: LabelStudioTask, remote_id: int, listed: list[dict[str, Any]], client: Client
) -> None:
    """Its number there. Of two with the same key the first is kept, and of the other what people
    answered; without an answer it goes."""
    if task.remote_id == remote_id:
        return
    if task.remote_id is not None:
        first = next((one for one in listed if int(one["id"]) == task.remote_id), None)
        try:
            first = first or client.task(task.remote_id)
        except NotThere:
            first = None
        same = first is not None and str(first.get("data", {}).get(KEY)) == str(task.key)
        double = next(one for one in listed if int(one["id"]) == remote_id)
        if same:
            if not double.get("annotations") and not double.get("drafts"):
                client.task_delete(remote_id)
            return
    task.remote_id, task.state = remote_id, LabelStudioTask.State.SENT
    task.save(update_fields=["remote_id", "state"])


def _since(cursor: datetime | None) -> dict[str, Any]:
    assert cursor is not None  # noqa: S101 - without one everything is asked for
    # Without a fraction the server fails.
    value = (cursor - OVERLAP).astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return {
        "filter": "filter:tasks:updated_at",
        "operator": "greater",
        "type": "Datetime",
        "value": value,
    }


def _known_answers(project: LabelStudioProject) -> dict[int, list[tuple[int, datetime]]]:
    found: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    rows = LabelStudioAnswer.objects.filter(task__project=project)
    rows = rows.exclude(state=LabelStudioAnswer.State.DELETED)
    for task, remote_id, at in rows.values_list("task_id", "remote_id", "remote_updated_at"):
        found[task].append((remote_id, at))
    return found


def _held(project: LabelStudioProject) -> set[int]:
    """Items with an answer that did not count: by now it may."""
    rows = LabelStudioAnswer.objects.filter(task__project=project).exclude(problem="")
    return {pk for pk in rows.values_list("task__item_id", flat=True) if pk is not None}


def _unsettled(project: LabelStudioProject) -> set[int]:
    """What was written down by an exchange that was killed before it settled."""
    rows = LabelStudioAnswer.objects.filter(task__project=project, settled=False)
    return {pk for pk in rows.values_list("task__item_id", flat=True) if pk is not None}


def _settle_people(people: list[int]) -> None:
    rows = LabelStudioAnswer.objects.filter(person__in=people)
    items = {pk for pk in rows.values_list("task__item_id", flat=True) if pk is not None}
    items_settle(item_ids=sorted(items))
