from __future__ import annotations

import logging

from celery import current_app, shared_task

from annotation.label_studio.errors import LabelStudioError
from annotation.models import LabelStudioProject, LabelStudioServer
from annotation.services.label_studio.pulling import server_pull

log = logging.getLogger("verbatim.label_studio")
WOKEN = "annotation.label_studio.woken"
_SOON = 0.5  # seconds; several webhooks of one click are answered by one exchange


def wake_send(project_id: int, countdown: float = _SOON) -> None:
    """Send the wake-up for a project. Losing it does no harm: it is asked every five minutes."""
    current_app.send_task(
        WOKEN, args=[project_id], queue="default", countdown=countdown, expires=120
    )


@shared_task(name=WOKEN, time_limit=240)
def woken(project_id: int) -> None:
    project = LabelStudioProject.objects.select_related("server").filter(pk=project_id).first()
    if project is None or not project.wakeups.exists():
        return
    try:
        done = server_pull(server=project.server, project=project)
    except LabelStudioError as error:
        log.warning("label studio project %s: %s", project_id, error.code)
        return
    if not done or project.wakeups.exists():
        wake_send(project_id, countdown=2.0)


@shared_task(name="annotation.label_studio.pull", time_limit=280)
def pull() -> None:
    """What no webhook told of, and what waits to be sent."""
    _pull_all(whole=False)


@shared_task(name="annotation.label_studio.compare", time_limit=3600)
def compare() -> None:
    """Every task there against every task here."""
    _pull_all(whole=True)


def _pull_all(whole: bool) -> None:
    for server in LabelStudioServer.objects.all():
        try:
            server_pull(server=server, whole=whole)
        except LabelStudioError as error:
            # It is noted on the server, whose page shows it.
            log.warning("label studio server %s: %s", server.pk, error.code)
