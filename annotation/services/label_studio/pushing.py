"""A batch becomes a project: each item once, however often and wherever the sending is cut."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import Store, User
from annotation.label_studio.configuration import configuration, configuration_hash
from annotation.models import (
    Batch,
    BatchItem,
    LabelStudioProject,
    LabelStudioServer,
    LabelStudioTask,
    Question,
)
from privacy.services import audit_record
from reviews.models import Purpose
from reviews.selectors import reviews_for

_LIVE = [LabelStudioProject.State.SENDING, LabelStudioProject.State.OPEN]


class CannotPush(Exception):
    """The batch cannot go there; `code` is a key of `label_studio_wording.TROUBLES`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def questions_of(batch: Batch) -> list[Question]:
    """Those that are asked of the batch now, in order, with their choices."""
    asked = Question.objects.filter(active=True).prefetch_related("choices")
    return list(asked.filter(key__in=batch.questions) if batch.questions else asked)


@transaction.atomic
def project_start(
    *,
    actor: Any,
    server: LabelStudioServer,
    batch: Batch,
    stores: Iterable[Store],
    again: bool = False,
) -> LabelStudioProject:
    """Write down that the batch is to be labelled there, and which items are to be sent.

    `stores`: those of whoever asks; every review of the batch must be of theirs and the server's.
    A batch that is there already gets what is new, under another project where its questions
    changed; with `again` also what somebody deleted there. The sending itself is `sending`'s.
    Raises CannotPush.
    """
    Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.state != Batch.State.OPEN:
        raise CannotPush("batch_closed")
    _check_stores(batch, server, stores)
    project = _project(actor, server, batch)
    if again:
        gone = project.tasks.filter(state=LabelStudioTask.State.GONE)
        gone.filter(answers__isnull=True).delete()
        gone.update(item=None)  # its answers are remembered, its place is free
    added = _tasks_add(project)
    if added:
        project.state = LabelStudioProject.State.SENDING
        project.save(update_fields=["state"])
    elif not project.tasks.filter(item__isnull=False).exists():
        raise CannotPush("nothing_to_send")
    audit_record(
        actor=actor,
        action="label_studio.push",
        object_type="batch",
        object_id=batch.pk,
        details={"server": server.pk, "project": project.pk, "items": added},
    )
    return project


def _check_stores(batch: Batch, server: LabelStudioServer, stores: Iterable[Store]) -> None:
    allowed = set(server.stores.values_list("pk", flat=True)) & {store.pk for store in stores}
    if batch.items.exclude(review__store__in=allowed).exists():
        raise CannotPush("foreign_stores")


def _project(actor: Any, server: LabelStudioServer, batch: Batch) -> LabelStudioProject:
    wanted = configuration_hash(configuration(questions_of(batch)))
    now = LabelStudioProject.objects.select_for_update().filter(batch=batch, state__in=_LIVE)
    live = now.first()
    if live is not None and live.server_id != server.pk:
        raise CannotPush("at_another_server")
    if live is not None and live.configuration_hash == wanted:
        return live
    if live is not None:
        # A choice that is taken away there keeps its answers without a complaint: so the old
        # questions stay in the old project.
        live.state = LabelStudioProject.State.LEFT
        live.save(update_fields=["state"])
    return LabelStudioProject.objects.create(
        server=server,
        batch=batch,
        configuration_hash=wanted,
        created_by=actor if isinstance(actor, User) else None,
    )


def _tasks_add(project: LabelStudioProject) -> int:
    """Items that still want an answer, may be labelled, and are not there yet."""
    # Hidden gold stays on our own page: a project there would show it for what it is.
    items = (
        BatchItem.objects.filter(batch=project.batch_id, is_gold=False)
        .filter(review__in=reviews_for(Purpose.LABEL, Store.objects.all()))
        .exclude(pk__in=project.tasks.filter(item__isnull=False).values("item"))
        .filter(ended__lt=F("wanted_answers"))
        .order_by("pk")
    )
    made = [
        LabelStudioTask(project=project, item=item, review_number=item.review_id) for item in items
    ]
    LabelStudioTask.objects.bulk_create(made, batch_size=2000)
    return len(made)
