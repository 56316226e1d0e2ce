"""A worker that is killed -9 while it sends to the real server: each review is there once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.db import connection

from annotation import label_studio_jobs as kinds
from annotation.models import LabelStudioProject, LabelStudioServer
from annotation.services.label_studio.pulling import server_pull
from annotation.services.label_studio.pushing import project_start
from common.home import CHECKOUT
from common.models import Job
from common.services import job_abandon, job_create
from tests.services.both_sides import make_batch, there
from tests.services.gate import Gate
from tests.services.labelstudio import Server

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.services,
    pytest.mark.slow,
    pytest.mark.timeout(900),
]

KILLED = -signal.SIGKILL


class Workers:
    """Each works on the job in a process of its own, until it is done or killed."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._process: subprocess.Popen[bytes] | None = None

    def kill(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(20)

    def next(self) -> int:
        """What it ended with."""
        command = [sys.executable, "-m", "tests.services.worker"]
        self._process = subprocess.Popen(
            [*command, connection.settings_dict["NAME"], str(self._job.pk)],
            cwd=CHECKOUT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "config.settings.test",
                "PYTHONPATH": f"{CHECKOUT}:{CHECKOUT}/platform",
            },
        )
        ended = self._process.wait(120)
        self._job.refresh_from_db()
        if not self._job.over:
            job_abandon(job=self._job)  # what whoever waits for it does
        return ended


@pytest.fixture
def gate(label_studio: Server) -> Iterator[Gate]:
    found = Gate(label_studio.url)
    yield found
    found.stop()


def test_a_push_that_is_killed_twice_doubles_and_loses_nothing(
    label_studio: Server, connected: LabelStudioServer, cast: SimpleNamespace, gate: Gate
) -> None:
    connected.url = gate.url
    connected.save()
    batch = make_batch(cast, 100, name="killed", overlap=1)
    project = project_start(actor=cast.max, server=connected, batch=batch, stores=[cast.lanting])
    job = job_create(actor=cast.max, kind=kinds.PUSH, arguments={"project": project.pk})
    workers = Workers(job)

    def states() -> dict[str, int]:
        project.refresh_from_db()
        found = list(project.tasks.values_list("state", flat=True))
        return {state: found.count(state) for state in set(found)}

    # It has the first forty, and we do not know.
    gate.after = workers.kill
    assert workers.next() == KILLED
    assert (states(), len(there(label_studio, project))) == ({"waiting": 100}, 40)
    # It never got the second forty, and we do not know that either.
    gate.before = workers.kill
    assert workers.next() == KILLED
    assert (states(), len(there(label_studio, project))) == ({"waiting": 60, "sent": 40}, 40)
    assert workers.next() == 0
    assert job.state == "succeeded"
    assert states() == {"sent": 100}
    assert project.state == LabelStudioProject.State.OPEN
    # The server's own export: no key twice, every review once, and no third project of ours.
    seen = there(label_studio, project)
    assert set(seen) == {str(key) for key in project.tasks.values_list("key", flat=True)}
    numbers = {key: one["id"] for key, one in seen.items()}
    assert numbers == {str(t.key): t.remote_id for t in project.tasks.all()}
    assert gate.imports == 3
    server_pull(server=connected, whole=True)
    assert states() == {"sent": 100}
