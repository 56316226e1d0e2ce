"""A webhook came. What it says is not believed: the server is asked, soon after."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from annotation.models import LabelStudioProject, LabelStudioServer, LabelStudioWakeup


def wakeup_store(*, server: LabelStudioServer, key: UUID) -> int | None:
    """Note that something changed in the project. Returns its id; None when there is none.

    One row and no more: the server waits a second, and locks on a row that several webhooks change
    would make one wait for the other. What they add up to is counted when they are answered.
    """
    found = LabelStudioProject.objects.filter(server=server, key=key)
    project = found.values_list("pk", flat=True).first()
    if project is not None:
        LabelStudioWakeup.objects.create(server=server, project_id=project)
    return project


def check_seen(*, server: LabelStudioServer) -> None:
    """The webhook came that a check had asked for."""
    LabelStudioServer.objects.filter(pk=server.pk).update(hook_seen_at=timezone.now())
