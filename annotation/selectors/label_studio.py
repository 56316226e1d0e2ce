"""Connected Label Studio servers as people see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Role, Store
from accounts.selectors import has_role, stores_for
from annotation.models import (
    Batch,
    BatchItem,
    LabelStudioAnswer,
    LabelStudioProject,
    LabelStudioServer,
)
from common.models import Job

_ANSWERED_IN = timedelta(seconds=10)  # usually a second after the webhook
_JUST = timedelta(minutes=10)


def may_connect(person: Any) -> bool:
    """Who connects servers, and says what goes there: leads and ML engineers."""
    return has_role(person, Role.MANAGER, Role.ML_ENGINEER)


def servers_for(person: Any) -> QuerySet[LabelStudioServer]:
    """The servers all of whose stores are the person's."""
    foreign = Store.objects.exclude(pk__in=stores_for(person).values("pk"))
    return LabelStudioServer.objects.exclude(stores__in=foreign)


def projects_told_of() -> list[int]:
    """Projects of which webhooks told a while ago that nobody has answered.

    Without those of servers that do not answer: they are asked every few minutes.
    """
    before = timezone.now() - _ANSWERED_IN
    found = LabelStudioProject.objects.filter(wakeups__received_at__lt=before, server__trouble="")
    return list(found.order_by("pk").distinct().values_list("pk", flat=True))


def batches_to_push(person: Any, server: LabelStudioServer) -> QuerySet[Batch]:
    """Open batches that are nowhere else, all of whose reviews are of their and its stores."""
    mine = stores_for(person).values("pk")
    its = server.stores.values("pk")
    foreign = BatchItem.objects.filter(batch=OuterRef("pk")).exclude(
        review__store__in=mine, review__store_id__in=its
    )
    live = LabelStudioProject.objects.filter(batch=OuterRef("pk"), state__in=["sending", "open"])
    return (
        Batch.objects.filter(~Exists(foreign), ~Exists(live), state=Batch.State.OPEN)
        .filter(items__isnull=False)
        .distinct()
        .order_by("-pk")
    )


@dataclass(frozen=True, slots=True)
class ListedProject:
    """A project with how much of it is where. `answers` and `skipped` count among our labels;
    `edited` of them were changed by somebody else than who gave them."""

    project: LabelStudioProject
    waiting: int
    there: int
    deleted: int
    answers: int = 0
    skipped: int = 0
    problems: int = 0
    edited: int = 0


def projects_listed(server: LabelStudioServer) -> list[ListedProject]:
    projects = server.projects.select_related("batch").annotate(
        waiting=Count("tasks", filter=Q(tasks__state="waiting")),
        there=Count("tasks", filter=Q(tasks__state="sent")),
        deleted=Count("tasks", filter=Q(tasks__state="gone")),
    )
    answers = _answers(server)
    return [
        ListedProject(one, one.waiting, one.there, one.deleted, **answers.get(one.pk, {}))
        for one in projects
    ]


def _answers(server: LabelStudioServer) -> dict[int, dict[str, int]]:
    living = LabelStudioAnswer.objects.filter(task__project__server=server).exclude(state="deleted")
    counts = Q(assignment__isnull=False)
    names = ("answers", "skipped", "problems", "edited")
    counted = living.values("task__project").annotate(
        answers=Count("pk", filter=counts & Q(state="answered")),
        skipped=Count("pk", filter=counts & Q(state="skipped")),
        problems=Count("pk", filter=~Q(problem="")),
        edited=Count("pk", filter=counts & Q(edited_by_other=True)),
    )
    rows = counted.values_list("task__project", *names)
    return {project: dict(zip(names, found, strict=True)) for project, *found in rows}


def jobs_of(server: LabelStudioServer) -> list[Job]:
    """What goes on with it now, or else what ended a moment ago; the newest of each kind first."""
    projects = list(server.projects.values_list("pk", flat=True))
    found = Job.objects.filter(kind__startswith="label_studio_").order_by("-pk")
    found = found.filter(Q(arguments__server=server.pk) | Q(arguments__project__in=projects))
    going = list(found.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING]))
    if going:
        return going
    ended = found.filter(finished_at__gt=timezone.now() - _JUST)
    return list({job.kind: job for job in reversed(ended)}.values())


def edited_of(projects: Iterable[LabelStudioProject]) -> QuerySet[LabelStudioAnswer]:
    """Answers that count and were changed by somebody else than who gave them; newest first."""
    return (
        LabelStudioAnswer.objects.filter(
            task__project__in=projects, edited_by_other=True, assignment__isnull=False
        )
        .exclude(state="deleted")
        .select_related("task__project__batch", "person", "editor")
        .order_by("-remote_updated_at", "-pk")
    )


def problems_of(projects: Iterable[LabelStudioProject]) -> QuerySet[LabelStudioAnswer]:
    """Answers that do not count, and why; newest first."""
    return (
        LabelStudioAnswer.objects.filter(task__project__in=projects)
        .exclude(state="deleted")
        .exclude(problem="")
        .select_related("task__project__batch", "person")
        .order_by("-remote_updated_at", "-pk")
    )
