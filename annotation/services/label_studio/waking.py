"""A webhook came. What it says is not believed: the server is asked, soon after."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from annotation.models import LabelStudioProject, LabelStudioServer, LabelStudioWakeup


@transaction.atomic
def wakeup_store(*, server: LabelStudioServer, key: UUID) -> int | None:
    """Note that something changed in the project. Returns its id; None when there is none."""
    found = LabelStudioProject.objects.filter(server=server, key=key)
    project = found.values_list("pk", flat=True).first()
    if project is None:
        return None
    found.update(hooks=F("hooks") + 1, hook_at=timezone.now())
    LabelStudioWakeup.objects.create(server=server, project_id=project)
    return project


def check_seen(*, server: LabelStudioServer) -> None:
    """The webhook came that a check had asked for."""
    LabelStudioServer.objects.filter(pk=server.pk).update(hook_seen_at=timezone.now())
