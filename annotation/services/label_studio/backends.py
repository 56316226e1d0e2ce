"""Our champion as the model of a project there, and taking a project back."""

from __future__ import annotations

import contextlib
from typing import Any

from annotation.label_studio.client import Client
from annotation.label_studio.errors import LabelStudioError, NotThere
from annotation.models import LabelStudioProject, LabelStudioTask
from annotation.services.label_studio.hooks import backend_ensure, hook_url, model_url
from annotation.services.label_studio.pulling import project_exchange
from annotation.services.label_studio.pushing import CannotPush
from privacy.services import audit_record

_AT_ONCE = 500  # tasks in one request


def backend_connect(*, actor: Any, project: LabelStudioProject, client: Client) -> int:
    """Register our pre-labels with the project there, once. Returns the number they have there.

    Raises CannotPush where the batch is to be labelled unaided, LabelStudioError.
    """
    if not project.batch.shows_answers:
        raise CannotPush("unaided")
    if project.remote_id is None:
        raise CannotPush("not_sent_yet")
    project.backend_id = backend_ensure(project, client)
    project.save(update_fields=["backend_id"])
    audit_record(
        actor=actor,
        action="label_studio.models",
        object_type="batch",
        object_id=project.batch_id,
        details={"server": project.server_id},
    )
    return project.backend_id


def project_withdraw(*, actor: Any, project: LabelStudioProject, client: Client) -> None:
    """Bring everything in, then delete the project there; our labels stay. Hold its lock.

    Where somebody else has tasks in it only ours go, and the project stays theirs. Raises
    LabelStudioError, also where something there could not be read: it would be lost.
    """
    if project_exchange(project=project, client=client, whole=True).strange:
        raise LabelStudioError("strange_answer", path="tasks")
    if project.remote_id is not None:
        with contextlib.suppress(NotThere):
            if project.strangers:
                _ours_delete(project, client, project.remote_id)
            else:
                client.project_delete(project.remote_id)
    project.tasks.filter(answers__isnull=True).delete()
    project.tasks.update(state=LabelStudioTask.State.GONE, remote_id=None)
    project.state, project.remote_id = LabelStudioProject.State.GONE, None
    project.hook_id = project.backend_id = None
    project.save(update_fields=["state", "remote_id", "hook_id", "backend_id"])
    audit_record(
        actor=actor,
        action="label_studio.withdraw",
        object_type="batch",
        object_id=project.batch_id,
        details={"server": project.server_id},
    )


def _ours_delete(project: LabelStudioProject, client: Client, remote_project: int) -> None:
    known = project.tasks.values_list("remote_id", flat=True)
    numbers = [number for number in known if number is not None]
    for start in range(0, len(numbers), _AT_ONCE):
        client.tasks_delete(remote_project, numbers[start : start + _AT_ONCE])
    for hook in client.hooks(remote_project):
        if hook["url"] == hook_url(project):
            client.hook_delete(int(hook["id"]))
    for backend in client.backends(remote_project):
        if backend["url"] == model_url(project.server):
            client.backend_delete(int(backend["id"]))
    # Without our mark it is not taken for one of ours that came back.
    client.project_update(remote_project, description="")
