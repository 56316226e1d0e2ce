"""Bringing in what people did there: asked for again and again, so that nothing is lost."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from annotation.label_studio.client import Client
from annotation.label_studio.errors import LabelStudioError, NotThere, ServerDown
from annotation.models import (
    LabelStudioAnswer,
    LabelStudioProject,
    LabelStudioServer,
    LabelStudioTask,
)
from annotation.services.label_studio.accounts import people_refresh
from annotation.services.label_studio.applying import Redact
from annotation.services.label_studio.connecting import client_for, server_trouble
from annotation.services.label_studio.keeping import notes_forget, texts_renew, texts_withdraw
from annotation.services.label_studio.locks import alone_with
from annotation.services.label_studio.sending import hook_ensure, project_send
from annotation.services.label_studio.settling import items_settle
from annotation.services.label_studio.taking import Taking

OVERLAP = timedelta(minutes=2)  # asked for again, for clocks and transactions that end late
_LIVE = [
    LabelStudioProject.State.SENDING,
    LabelStudioProject.State.OPEN,
    LabelStudioProject.State.LEFT,
]


@dataclass
class Pulled:
    """What one exchange did. `tasks`: looked at; `answers`: new, changed or deleted there;
    `strange`: tasks whose form is not known."""

    tasks: int = 0
    answers: int = 0
    gone: int = 0
    sent: int = 0
    strange: int = 0
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
    try:
        with client_for(server) as client:
            _settle_people(people_refresh(server=server, client=client))
            if whole:
                _look_for_lost(server, client)
            wanted = (
                [project] if project is not None else list(server.projects.filter(state__in=_LIVE))
            )
            found = _exchange_all(wanted, client, whole)
        notes_forget(server=server)
    except LabelStudioError as error:
        server_trouble(server, error)
        raise
    except (KeyError, TypeError, ValueError):
        server_trouble(server, LabelStudioError("strange_answer"))
        raise
    server_trouble(server, None)
    return found


def _exchange_all(
    projects: list[LabelStudioProject], client: Client, whole: bool
) -> dict[int, Pulled]:
    """With each in turn; what one of them is refused keeps no other from it, and is raised then."""
    found: dict[int, Pulled] = {}
    refused: LabelStudioError | None = None
    for project in projects:
        with alone_with(project.pk) as held:
            if not held:
                continue
            project.refresh_from_db()
            try:
                found[project.pk] = project_exchange(project=project, client=client, whole=whole)
            except ServerDown:
                raise
            except LabelStudioError as error:
                refused = refused or error
    if any(one.strange for one in found.values()):
        refused = refused or LabelStudioError("strange_answer", path="tasks")
    if refused is not None:
        raise refused
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
    announced = dict(project.wakeups.values_list("pk", "received_at"))
    there = _there(project, client) if project.remote_id is not None else None
    if there is not None:
        # Before anything changes there: what people said of the texts as they are.
        _bring_in(project, client, there, whole, redact, done)
        _note(project, done, list(announced.values()))
    elif project.remote_id is not None:
        _project_gone(project)
    project.wakeups.filter(pk__in=announced).delete()
    if there is not None:
        if done.whole or project.hook_id is None:
            hook_ensure(project, client)
        texts_withdraw(project=project, client=client)
        texts_renew(project=project, client=client)
    if project.state == LabelStudioProject.State.SENDING:
        done.sent = project_send(project=project, client=client)
    return done


def _note(project: LabelStudioProject, done: Pulled, announced: list[datetime]) -> None:
    project.pulled_at = timezone.now()
    if done.whole:
        project.compared_at = project.pulled_at
    elif done.answers and not announced:
        project.unannounced += done.answers
    if announced:
        project.hooks += len(announced)
        project.hook_at = max(announced)
    fields = ["cursor", "pulled_at", "compared_at", "unannounced", "strangers", "hooks", "hook_at"]
    project.save(update_fields=fields)


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


def _look_for_lost(server: LabelStudioServer, client: Client) -> None:
    """A project that seemed deleted may only have been out of sight: for an account that may not
    see it, or until somebody brought the server's data back. It is known by its mark."""
    gone = list(
        server.projects.filter(state=LabelStudioProject.State.GONE, tasks__isnull=False).distinct()
    )
    if not gone:
        return
    marked = {int(one["id"]): str(one.get("description") or "") for one in client.projects()}
    for project in gone:
        found = next((pk for pk, mark in marked.items() if str(project.key) in mark), None)
        if found is not None:
            project.state, project.remote_id, project.cursor = _state(project), found, None
            project.save(update_fields=["state", "remote_id", "cursor"])


def _state(project: LabelStudioProject) -> str:
    """Of one that is there again: its batch may have gone into another one meanwhile."""
    states = LabelStudioProject.State
    others = LabelStudioProject.objects.filter(batch=project.batch_id).exclude(pk=project.pk)
    taken = others.filter(state__in=[states.SENDING, states.OPEN]).exists()
    return states.LEFT if taken else states.OPEN


def _bring_in(
    project: LabelStudioProject,
    client: Client,
    there: dict[str, Any],
    whole: bool,
    redact: Redact,
    done: Pulled,
) -> None:
    assert project.remote_id is not None  # noqa: S101 - asked before
    began = client.moment
    done.whole = whole or _needs_whole(project, there, began)
    filters = [] if done.whole or project.cursor is None else [_since(project.cursor)]
    taking = Taking(project, client, redact)
    for page in client.tasks(project.remote_id, filters):
        taking.page(page)
    held: set[int] = set()
    if done.whole:
        taking.whole()
        project.strangers = taking.strangers
        held = _held(project)
    items_settle(item_ids=sorted(_unsettled(project) | held))
    done.tasks, done.answers, done.gone = taking.tasks, taking.answers, taking.gone
    done.strange = taking.strange
    if not taking.strange:
        project.cursor = _cursor(project.cursor, began, taking.newest)


def _needs_whole(
    project: LabelStudioProject, there: dict[str, Any], began: datetime | None
) -> bool:
    if project.cursor is None or (began is not None and began < project.cursor):
        return True  # never asked before, or its clock was put back
    # A deleted task leaves no trace but a smaller number of them.
    sent = project.tasks.filter(state=LabelStudioTask.State.SENT).count()
    return int(there.get("task_number", -1)) != sent + project.strangers


def _cursor(
    before: datetime | None, began: datetime | None, newest: datetime | None
) -> datetime | None:
    """Up to where all changes are in. Never past the newest one that was seen: the clock that dates
    an answer may be another machine's than the one that dates the tasks."""
    if newest is None:
        return before
    return min(newest, began - OVERLAP) if began is not None else newest - OVERLAP


def _since(cursor: datetime) -> dict[str, Any]:
    # Without a fraction the server fails.
    value = cursor.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return {
        "filter": "filter:tasks:updated_at",
        "operator": "greater",
        "type": "Datetime",
        "value": value,
    }


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
