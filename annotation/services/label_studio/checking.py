"""What is wrong with a connected server, found by trying everything that is needed."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone

from annotation.label_studio.client import Client
from annotation.label_studio.configuration import KEY
from annotation.label_studio.errors import LabelStudioError
from annotation.models import LabelStudioServer
from annotation.services.label_studio.connecting import (
    HOOK_HEADER,
    check_secret,
    client_for,
    server_trouble,
)

TRIED = "1.23"  # the version whose ways are known
_PATIENCE = 6.0  # seconds in which a webhook has to come
_PROBE = '<View><Text name="text" value="$text"/></View>'
BAD, CARE, GOOD = "bad", "care", "good"


def server_check(*, server: LabelStudioServer) -> list[dict[str, Any]]:
    """Findings `{"code", "level"}`, worst first, kept on the server.

    It makes a project there, has it send one webhook, and deletes it again.
    """
    found: list[dict[str, Any]] = []
    trouble: LabelStudioError | None = None
    try:
        with client_for(server) as client:
            for one in _tried(server, client):
                found.append(one)
    except LabelStudioError as error:
        trouble = error
        found.append({"code": error.code, "level": BAD, **error.details})
    order = (BAD, CARE, GOOD)
    server.found = sorted(found, key=lambda one: order.index(one["level"]))
    server.checked_at = timezone.now()
    server.save(update_fields=["found", "checked_at", "version", "account"])
    server_trouble(server, trouble)
    return server.found


def _tried(server: LabelStudioServer, client: Client) -> Iterator[dict[str, Any]]:
    client.health()
    yield {"code": "reachable", "level": GOOD}
    me = client.whoami()
    server.account = str(me.get("email", "")).lower()[:254]
    yield {"code": "token_good", "level": GOOD, "account": server.account}
    server.version = client.version()[:40]
    if not server.version.startswith(f"{TRIED}."):
        yield {"code": "other_version", "level": CARE, "version": server.version, "tried": TRIED}
    if client.signup_open():
        yield {"code": "signup_open", "level": CARE}
    parts = urlsplit(server.url)
    if parts.scheme == "http" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        yield {"code": "not_encrypted", "level": CARE}
    yield _hooks(server, client)


def _hooks(server: LabelStudioServer, client: Client) -> dict[str, Any]:
    """Whether a webhook from there reaches us: one is sent, from a project that goes again."""
    begun = timezone.now()
    project = int(client.project_create(title="Verbatim check", label_config=_PROBE)["id"])
    try:
        url = f"{server.our_url}/label-studio/{server.pk}/hook/check/"
        client.hook_create(project, url, {HOOK_HEADER: check_secret(server)})
        client.tasks_import(project, [{"data": {"text": "check", KEY: "check"}}])
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            server.refresh_from_db(fields=["hook_seen_at"])
            if server.hook_seen_at is not None and server.hook_seen_at >= begun:
                return {"code": "hooks_come", "level": GOOD}
            time.sleep(0.2)
        return {"code": "hooks_lost", "level": CARE, "url": server.our_url}
    except LabelStudioError as error:
        if error.code == "we_are_blocked":
            return {"code": "we_are_blocked", "level": CARE}
        raise
    finally:
        with contextlib.suppress(LabelStudioError):
            client.project_delete(project)
