"""Exchanges with Label Studio servers that take a while. Registered when the app is ready."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from annotation.label_studio.errors import LabelStudioError, ServerDown
from annotation.label_studio_wording import TROUBLES, trouble_plain
from annotation.models import LabelStudioProject, LabelStudioServer
from annotation.services.label_studio.backends import backend_connect, project_withdraw
from annotation.services.label_studio.checking import server_check
from annotation.services.label_studio.connecting import client_for, server_trouble
from annotation.services.label_studio.locks import alone_with
from annotation.services.label_studio.pulling import server_pull
from annotation.services.label_studio.pushing import CannotPush
from annotation.services.label_studio.sending import project_send
from common.jobs import JobContext, JobFailed, JobKind
from common.jobs import register as register_kind

CHECK, PUSH, PULL = "label_studio_check", "label_studio_push", "label_studio_pull"
BACKEND, WITHDRAW = "label_studio_backend", "label_studio_withdraw"
PAUSES = (2.0, 10.0, 30.0)  # seconds between two tries while a server does not answer


def register() -> None:
    from common import complaints

    complaints.register(TROUBLES.values())
    for name, handler in (
        (CHECK, _check),
        (PUSH, _push),
        (PULL, _pull),
        (BACKEND, _backend),
        (WITHDRAW, _withdraw),
    ):
        register_kind(JobKind(name, _told(handler)))


def _told(handler: Callable[[JobContext], dict[str, Any]]) -> Callable[[JobContext], Any]:
    """What a server refuses is told to people; what it is down for is tried again before."""

    def told(context: JobContext) -> dict[str, Any]:
        for pause in (*PAUSES, None):
            try:
                return handler(context)
            except ServerDown as error:
                if pause is None:
                    raise JobFailed(trouble_plain(error)) from None
                context.progress(context.job.done)
                time.sleep(pause)
            except LabelStudioError as error:
                raise JobFailed(trouble_plain(error)) from None
            except CannotPush as error:
                raise JobFailed(TROUBLES[error.code]) from None
        raise AssertionError("the last try returned or raised")

    return told


def _server(context: JobContext) -> LabelStudioServer:
    found = LabelStudioServer.objects.filter(pk=context.arguments["server"]).first()
    if found is None:
        raise JobFailed(TROUBLES["not_there"])
    return found


def _project(context: JobContext) -> LabelStudioProject:
    found = LabelStudioProject.objects.filter(pk=context.arguments["project"]).first()
    if found is None:
        raise JobFailed(TROUBLES["not_there"])
    return found


def _check(context: JobContext) -> dict[str, Any]:
    return {"found": server_check(server=_server(context))}


def _push(context: JobContext) -> dict[str, Any]:
    project = _project(context)
    context.stage("sending")
    try:
        with client_for(project.server) as client, alone_with(project.pk) as held:
            if not held:
                raise ServerDown("busy")
            project.refresh_from_db()
            sent = project_send(project=project, client=client, progress=context.progress)
            if project.batch.shows_answers and context.arguments.get("backend"):
                backend_connect(actor=context.job.actor, project=project, client=client)
    except LabelStudioError as error:
        if error.code != "busy":
            server_trouble(project.server, error)
        raise
    server_trouble(project.server, None)
    return {"sent": sent, "tasks": project.tasks.filter(state="sent").count()}


def _pull(context: JobContext) -> dict[str, Any]:
    context.stage("bringing in")
    found = server_pull(server=_server(context), whole=bool(context.arguments.get("whole")))
    return {
        "answers": sum(one.answers for one in found.values()),
        "projects": {str(pk): one.to_json() for pk, one in found.items()},
    }


def _backend(context: JobContext) -> dict[str, Any]:
    project = _project(context)
    with client_for(project.server) as client:
        return {"backend": backend_connect(actor=context.job.actor, project=project, client=client)}


def _withdraw(context: JobContext) -> dict[str, Any]:
    project = _project(context)
    context.stage("bringing in")
    with client_for(project.server) as client, alone_with(project.pk) as held:
        if not held:
            raise ServerDown("busy")
        project.refresh_from_db()
        project_withdraw(actor=context.job.actor, project=project, client=client)
    return {}
