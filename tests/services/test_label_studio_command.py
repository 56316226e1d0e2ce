"""The command, from connecting to the answers, against the real server."""

from __future__ import annotations

import io
import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from annotation.management.commands import label_studio as command
from annotation.models import LabelStudioServer
from common.commands import CommandFailure
from common.models import Job
from common.runner import run_job
from tests.services.both_sides import make_batch, there
from tests.services.labelstudio import TOKEN, Server
from tests.services.people import Annotator, chosen
from tests.services.relay import Relay

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.services,
    pytest.mark.slow,
    pytest.mark.timeout(900),
]


def _run(*words: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("label_studio", *words, "--json", stdout=out)
    [line] = out.getvalue().splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def test_a_batch_goes_there_and_comes_back_by_command(
    label_studio: Server,
    relay: Relay,
    cast: SimpleNamespace,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.VERBATIM_LABEL_STUDIO_PRIVATE = True

    def here(job: Job) -> Job:
        done = run_job(job.pk)
        assert done is not None
        return done

    # A child process would look at another database than the test's.
    monkeypatch.setattr(command, "run_and_wait", here)
    monkeypatch.setenv("LABEL_STUDIO_TOKEN", TOKEN)
    from annotation.services.questions import questions_seed

    questions_seed()
    make_batch(cast, 5, name="by command", overlap=1)
    names = ["connect", "main", label_studio.url, "--our-url", relay.url, "--store", "lanting"]
    told = _run(*names)
    assert {one["level"] for one in told["found"]} == {"good"}
    pushed = _run("push", "main", "by command")
    assert (pushed["sent"], pushed["tasks"]) == (5, 5)
    assert _run("push", "main", "by command")["sent"] == 0
    server = LabelStudioServer.objects.get()
    project = server.projects.get()
    assert len(there(label_studio, project)) == 5
    stranger = Annotator(label_studio, "nobody-command@example.com")
    task = project.tasks.order_by("pk")[0].remote_id
    assert task is not None
    stranger.answer(task, chosen(sentiment="neutral", purchase_intent="none"))
    told = _run("pull", "main")
    assert told["batches"][0]["there"] == 5
    [problem] = told["problems"]
    assert (problem["problem"], problem["task"]) == ("unknown_person", task)
    with pytest.raises(CommandFailure, match="no server 'other'; connected: main"):
        _run("status", "other")
    with pytest.raises(CommandFailure, match="no batch 'none'"):
        _run("push", "main", "none")
