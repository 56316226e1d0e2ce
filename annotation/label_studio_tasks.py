from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from celery import current_app, shared_task

from annotation.label_studio.errors import LabelStudioError
from annotation.models import LabelStudioProject, LabelStudioServer
from annotation.selectors.label_studio import projects_told_of
from annotation.services.label_studio.pulling import server_pull

log = logging.getLogger("verbatim.label_studio")
WOKEN = "annotation.label_studio.woken"
_SOON = 0.5  # seconds; several webhooks of one click are answered by one exchange


def wake_send(project_id: int, countdown: float = _SOON) -> None:
    """Send the wake-up for a project. Losing it does no harm: a sweep sends it again."""
    current_app.send_task(
        WOKEN, args=[project_id], queue="default", countdown=countdown, expires=120
    )


class Waker:
    """Sends wake-ups from a thread of its own, so that no webhook waits for the broker.

    While a project waits to be sent, or the broker does not answer, it is told of once.
    """

    def __init__(self, send: Callable[[int], None] = wake_send) -> None:
        self._send = send
        self._waiting: dict[int, None] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def wake(self, project_id: int) -> None:
        with self._changed:
            self._waiting[project_id] = None
            if self._thread is None or not self._thread.is_alive():
                # At the first webhook: a thread made before the server forks is not in its workers.
                self._thread = threading.Thread(target=self._run, name="wake-ups", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
                project_id = next(iter(self._waiting))
                del self._waiting[project_id]
            try:
                self._send(project_id)
            except Exception as error:  # noqa: BLE001 - whatever the broker's library raises
                log.warning("a wake-up was not sent (%s)", type(error).__name__)


waker = Waker()


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
    # Where another exchange goes on, the sweep comes back to it.
    if done and project.wakeups.exists():
        wake_send(project_id, countdown=2.0)


@shared_task(name="annotation.label_studio.sweep", time_limit=60)
def sweep() -> None:
    """Webhooks whose wake-up was lost: the broker was away, or the web process died."""
    for project_id in projects_told_of():
        wake_send(project_id, countdown=0.0)


@shared_task(name="annotation.label_studio.pull", time_limit=1800)
def pull() -> None:
    """What no webhook told of, and what waits to be sent."""
    _pull_all(whole=False)


@shared_task(name="annotation.label_studio.compare", time_limit=3600)
def compare() -> None:
    """Every task there against every task here."""
    _pull_all(whole=True)


def _pull_all(whole: bool) -> None:
    failed: Exception | None = None
    for server in LabelStudioServer.objects.all():
        try:
            server_pull(server=server, whole=whole)
        except LabelStudioError as error:
            # It is noted on the server, whose page shows it.
            log.warning("label studio server %s: %s", server.pk, error.code)
        except Exception as error:
            # One server must not keep the others from being asked; the task fails after them.
            log.exception("label studio server %s", server.pk)
            failed = failed or error
    if failed is not None:
        raise failed
