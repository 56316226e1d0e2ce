"""Connected Label Studio servers as people see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import Role, Store
from accounts.selectors import has_role, stores_for
from annotation.models import (
    Batch,
    BatchItem,
    LabelStudioAnswer,
    LabelStudioProject,
    LabelStudioServer,
)


def may_connect(person: Any) -> bool:
    """Who connects servers, and says what goes there: leads and ML engineers."""
    return has_role(person, Role.MANAGER, Role.ML_ENGINEER)


def servers_for(person: Any) -> QuerySet[LabelStudioServer]:
    """The servers all of whose stores are the person's."""
    foreign = Store.objects.exclude(pk__in=stores_for(person).values("pk"))
    return LabelStudioServer.objects.exclude(stores__in=foreign)


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
    """A project with how much of it is where. `answers` and `skipped` count among our labels."""

    project: LabelStudioProject
    waiting: int
    there: int
    deleted: int
    answers: int
    skipped: int
    problems: int


def projects_listed(server: LabelStudioServer) -> list[ListedProject]:
    projects = server.projects.select_related("batch").annotate(
        waiting=Count("tasks", filter=Q(tasks__state="waiting")),
        there=Count("tasks", filter=Q(tasks__state="sent")),
        deleted=Count("tasks", filter=Q(tasks__state="gone")),
    )
    return [
        ListedProject(one, one.waiting, one.there, one.deleted, **_answers(one)) for one in projects
    ]


def _answers(project: LabelStudioProject) -> dict[str, int]:
    living = LabelStudioAnswer.objects.filter(task__project=project).exclude(state="deleted")
    return living.aggregate(
        answers=Count("pk", filter=Q(assignment__isnull=False, state="answered")),
        skipped=Count("pk", filter=Q(assignment__isnull=False, state="skipped")),
        problems=Count("pk", filter=~Q(problem="")),
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
