"""Our champion as a model of the real server's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from django.db import connection

from accounts.models import User
from annotation.models import LabelStudioServer
from annotation.services.label_studio.backends import backend_connect
from annotation.services.label_studio.connecting import client_for
from annotation.services.label_studio.pulling import server_pull
from common.home import CHECKOUT
from common.models import Job
from tests.modelops.conftest import Register, base, register, trained_model
from tests.modelops.test_text_service import _wait, service
from tests.services.both_sides import make_batch, predictions, push, there
from tests.services.labelstudio import Server, free_port
from tests.services.people import Annotator, admin, chosen

__all__ = ["base", "register", "service", "trained_model"]

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.services,
    pytest.mark.slow,
    pytest.mark.timeout(900),
]


class Web:
    """Our site in processes of its own, which can be killed and started again at one address."""

    def __init__(self, text_service: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._text_service = text_service
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        database = connection.settings_dict["NAME"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.services.web", database, str(self.port)],
            cwd=CHECKOUT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "config.settings.test",
                "VERBATIM_TEXT_SERVICE": self._text_service,
                "PYTHONPATH": f"{CHECKOUT}:{CHECKOUT}/platform",
            },
            start_new_session=True,
        )
        _wait(lambda: httpx.get(f"{self.url}/admin/login/").status_code == 200, 120)

    def kill(self) -> None:
        process, self.process = self.process, None
        if process is not None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)


@pytest.fixture
def web(service: SimpleNamespace) -> Iterator[Web]:
    found = Web(str(service.path))
    found.start()
    yield found
    found.kill()


def retrieve(server: Server, project: int, tasks: list[int]) -> None:
    """«Retrieve predictions», as it is clicked there."""
    asked = {"project": project, "id": "retrieve_tasks_predictions"}
    items = {"project": project, "selectedItems": {"all": False, "included": tasks}}
    with admin(server) as client:
        client.timeout = httpx.Timeout(200)
        answer = client.post("/api/dm/actions", params=asked, json=items)
        assert answer.status_code == 200, answer.text[:500]


def test_200_tasks_get_the_champions_answers_through_a_restart_of_our_web(
    label_studio: Server,
    connected: LabelStudioServer,
    cast: SimpleNamespace,
    web: Web,
    service: SimpleNamespace,
    register: Register,
) -> None:
    batch = make_batch(cast, 200, name="models", overlap=1)
    model = register(state="candidate")
    _champion(model)
    _wait(lambda: service.client.get("/health").json()["model"] == model.label, 60)
    connected.our_url = web.url
    connected.save()
    project = push(cast, connected, batch)
    assert project.remote_id is not None
    assert not any(one["predictions"] for one in there(label_studio, project).values())
    with client_for(connected) as client:
        backend_connect(actor=cast.max, project=project, client=client)
        backend_connect(actor=cast.max, project=project, client=client)
        [backend] = client.backends(project.remote_id)
        assert (backend["state"], backend["model_version"]) == ("CO", model.label)
        [hook] = client.hooks(project.remote_id)
        assert "/hook/" in hook["url"], "the webhook without a secret is left"
    ids = list(project.tasks.order_by("pk").values_list("remote_id", flat=True))
    retrieve(label_studio, project.remote_id, ids[:100])
    web.kill()
    retrieve(label_studio, project.remote_id, ids[100:110])  # refused by nobody, and not answered
    web.start()
    retrieve(label_studio, project.remote_id, ids)
    seen = predictions(label_studio, project)
    told = [one["predictions"] for one in seen]
    assert len(told) == 200
    assert {(len(one), one[0]["model_version"]) for one in told} == {(1, model.label)}
    for one in seen:
        names = {item["from_name"] for item in one["predictions"][0]["result"]}
        assert {"sentiment", "product_demand"} <= names <= {
            "sentiment", "product_demand", "mentions", "scope"
        }  # fmt: skip
        for item in one["predictions"][0]["result"]:
            value = item["value"]
            if "start" in value:
                assert one["data"]["text"][value["start"] : value["end"]] == value["text"]

    User.objects.filter(pk=cast.ann.pk).update(email="ann-models@example.com")
    ann = Annotator(label_studio, "ann-models@example.com")
    ann.answer(ids[0], chosen(sentiment="positive", purchase_intent="none"))
    server_pull(server=connected)
    with admin(label_studio) as http:
        for _ in range(2):
            answer = http.post(f"/api/ml/{project.backend_id}/train")
            assert answer.status_code == 200, answer.text[:500]
    assert Job.objects.filter(kind="train").count() == 1


def _champion(model: Any) -> None:
    type(model).objects.filter(state="champion").update(state="retired")
    type(model).objects.filter(pk=model.pk).update(state="champion")
