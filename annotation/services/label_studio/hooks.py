"""Where a project there tells us of changes, and asks our champion: at our address as it is now."""

from __future__ import annotations

import contextlib
from typing import Any

from annotation.label_studio.client import Client
from annotation.label_studio.errors import NotThere, Refused
from annotation.models import LabelStudioProject, LabelStudioServer
from annotation.services.label_studio.connecting import (
    HOOK_HEADER,
    MODEL_USER,
    hook_secret,
    model_secret,
)


def hook_url(project: LabelStudioProject) -> str:
    return f"{project.server.our_url}{_hook_path(project)}"


def _hook_path(project: LabelStudioProject) -> str:
    return f"/label-studio/{project.server_id}/hook/{project.key}/"


def model_url(server: LabelStudioServer) -> str:
    return f"{server.our_url}{_model_path(server)}"


def _model_path(server: LabelStudioServer) -> str:
    return f"/label-studio/{server.pk}/ml"


def hook_ensure(project: LabelStudioProject, client: Client) -> None:
    """Have the project send its webhooks here, and to no address that was ours before.

    Without a webhook nothing is lost: changes come a few minutes later.
    """
    if project.remote_id is None:
        return
    url, path = hook_url(project), _hook_path(project)
    headers = {HOOK_HEADER: hook_secret(project.key)}
    ours = [one for one in client.hooks(project.remote_id) if one["url"].endswith(path)]
    # One with another secret is of a key that was lost here.
    fitting = [one for one in ours if one["url"] == url and one.get("headers") == headers]
    good = next((one for one in fitting if one.get("is_active", True)), None)
    for one in ours:
        if one is not good:
            with contextlib.suppress(NotThere):
                client.hook_delete(int(one["id"]))
    try:
        made = int(good["id"]) if good else client.hook_create(project.remote_id, url, headers)
    except Refused:
        made = None
    if project.backend_id is not None:
        project.backend_id = backend_ensure(project, client)
    project.hook_id = made
    project.save(update_fields=["hook_id", "backend_id"])


def backend_ensure(project: LabelStudioProject, client: Client) -> int:
    """Register our champion with the project, once. Returns the number it has there."""
    assert project.remote_id is not None  # noqa: S101 - whoever asks has looked
    url = model_url(project.server)
    path = _model_path(project.server)
    ours = [one for one in client.backends(project.remote_id) if one["url"].endswith(path)]
    good = next((one for one in ours if one["url"] == url), None)
    for one in ours:
        if one is not good:
            with contextlib.suppress(NotThere):
                client.backend_delete(int(one["id"]))
    made = good or _backend_create(project, client, url)
    # It brings a webhook along that shows no secret, and leaves it behind; ours is there already.
    for hook in client.hooks(project.remote_id):
        if hook["url"].endswith(f"{path}/webhook"):
            with contextlib.suppress(NotThere):
                client.hook_delete(int(hook["id"]))
    return int(made["id"])


def _backend_create(project: LabelStudioProject, client: Client, url: str) -> dict[str, Any]:
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
