"""Our champion as the model of a project there, and taking a project back."""

from __future__ import annotations

import contextlib
from typing import Any

from annotation.label_studio.client import Client
from annotation.label_studio.errors import NotThere
from annotation.models import LabelStudioProject, LabelStudioTask
from annotation.services.label_studio.connecting import MODEL_USER, model_secret
from annotation.services.label_studio.pulling import project_exchange
from annotation.services.label_studio.pushing import CannotPush
from privacy.services import audit_record


def model_url(server_id: int, our_url: str) -> str:
    return f"{our_url}/label-studio/{server_id}/ml"


def backend_connect(*, actor: Any, project: LabelStudioProject, client: Client) -> int:
    """Register our pre-labels with the project there, once. Returns the number they have there.

    Raises CannotPush where the batch is to be labelled unaided, LabelStudioError.
    """
    if not project.batch.shows_answers:
        raise CannotPush("unaided")
    if project.remote_id is None:
        raise CannotPush("not_sent_yet")
    server = project.server
    url = model_url(server.pk, server.our_url)
    there = [one for one in client.backends(project.remote_id) if one["url"] == url]
    made = there[0] if there else _create(project, client, url)
    # It brings a webhook along that shows no secret; ours is there already.
    for hook in client.hooks(project.remote_id):
        if hook["url"] == f"{url}/webhook":
            client.hook_delete(int(hook["id"]))
    project.backend_id = int(made["id"])
    project.save(update_fields=["backend_id"])
    audit_record(
        actor=actor,
        action="label_studio.models",
        object_type="batch",
        object_id=project.batch_id,
        details={"server": server.pk},
    )
    return project.backend_id


def _create(project: LabelStudioProject, client: Client, url: str) -> dict[str, Any]:
    return client.backend_create(
        project=project.remote_id,
        url=url,
        title="Verbatim",
        description="The champion's answers",
        is_interactive=False,
        auth_method="BASIC_AUTH",
        basic_auth_user=MODEL_USER,
        basic_auth_pass=model_secret(project.server),
    )


def project_withdraw(*, actor: Any, project: LabelStudioProject, client: Client) -> None:
    """Bring everything in, then delete the project there; our labels stay. Hold its lock."""
    project_exchange(project=project, client=client, whole=True)
    if project.remote_id is not None:
        with contextlib.suppress(NotThere):
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
