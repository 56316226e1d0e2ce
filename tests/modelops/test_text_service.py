from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from django.db import connection

from common import text_service
from common.home import CHECKOUT
from modelops.services.promotion import model_promote
from privacy.styles import Style
from reviews.selectors.policies import Policy

from .conftest import Register

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PHONE = "13812345678"


@pytest.fixture
def service(
    cast: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory, settings: object
) -> Iterator[SimpleNamespace]:
    """The real service in a process of its own, on the test database."""
    folder = tmp_path_factory.mktemp("text")
    path = folder / "t.sock"
    settings.VERBATIM_TEXT_SERVICE = str(path)  # type: ignore[attr-defined]
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.modelops.server", connection.settings_dict["NAME"]],
            cwd=CHECKOUT,
            env={
                **os.environ,
                "VERBATIM_TEXT_SERVICE": str(path),
                "PYTHONPATH": f"{CHECKOUT}:{CHECKOUT}/platform",
            },
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    client = httpx.Client(
        transport=httpx.HTTPTransport(uds=str(path)), base_url="http://text", timeout=30
    )
    try:
        _wait(lambda: client.get("/health").status_code == 200)
        yield SimpleNamespace(client=client, process=process, log=log, path=path)
    finally:
        process.terminate()
        process.wait(20)


def _wait(ready: object, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(httpx.TransportError):
            if ready():  # type: ignore[operator]
                return
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


def test_the_service_redacts_at_once_and_answers_with_the_champion_of_the_moment(
    cast: SimpleNamespace, service: SimpleNamespace, register: Register
) -> None:
    [safe] = text_service.redact([f"打我电话{PHONE}"])
    assert safe.text == "打我电话[PHONE_1]"
    [span] = safe.spans
    assert (span["start"], span["end"], span["type"]) == (4, 15, "PHONE")
    assert 0 < span["score"] <= 1
    assert span["rule"].startswith("phone.")
    policy = Policy(cast.lanting.pk, Style.MASK, frozenset({"EMAIL"}), doubt_below=1.0).to_json()
    [safe] = text_service.redact([f"打我电话{PHONE} a@mail.com"], policy)
    assert safe.text == "打我电话[***] a@mail.com"
    assert [(one["start"], one["end"], one["type"]) for one in safe.doubts] == [(4, 9, "PHONE")]
    assert safe.redactor_version != text_service.redactor_version()
    with pytest.raises(text_service.TextServiceRefused, match="policy"):
        text_service.redact(["x"], {"store": 1})
    with pytest.raises(text_service.TextServiceUnavailable):
        text_service.analyze(["很好"])
    assert service.client.post("/analyze", json={"texts": []}).headers["Retry-After"] == "5"

    first, second = register(), register()
    model_promote(actor=None, model=first)
    _wait(lambda: service.client.get("/health").json()["model"] == "tiny-1")
    found = text_service.analyze([f"很好喜欢 请加盖子 {PHONE}", "awful junk has lid"])
    assert found["model"] == "tiny-1"
    chinese, english = found["results"]
    assert (chinese["language"], english["language"]) == ("zh", "en")
    assert chinese["text"] == "很好喜欢 请加盖子 [PHONE_1]"
    assert chinese["spans"][0]["type"] == "PHONE"
    assert set(chinese["answers"]) == {"sentiment", "product_demand"}
    assert chinese["answers"]["sentiment"]["label"] == "positive"
    assert english["answers"]["sentiment"]["label"] == "negative"
    for mention in chinese["mentions"]:
        assert {"start", "end", "kind", "scope", "score"} == set(mention)
    label, placed = text_service.embed(["很好喜欢", "awful junk"])
    assert label == "tiny-1"
    assert placed is not None
    assert [sum(value**2 for value in vector) for vector in placed] == pytest.approx(
        [1, 1], abs=0.01
    )
    one = text_service.analyze(["很好"], ["sentiment"])
    assert set(one["results"][0]["answers"]) == {"sentiment"}

    labels, over = [], threading.Event()

    def ask() -> None:
        with httpx.Client(
            transport=httpx.HTTPTransport(uds=str(service.path)), base_url="http://text"
        ) as client:
            while not over.is_set():
                answer = client.post("/analyze", json={"texts": ["很好", "太差"]}, timeout=30)
                labels.append((answer.status_code, answer.json().get("model")))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    model_promote(actor=None, model=second)
    _wait(lambda: service.client.get("/health").json()["model"] == "tiny-2")
    time.sleep(0.3)
    over.set()
    for thread in threads:
        thread.join(30)
    assert set(labels) == {(200, "tiny-1"), (200, "tiny-2")}
    assert PHONE not in service.log.read_text()

    for body, message in [
        ({"texts": "很好"}, "texts: give a list"),
        ({"texts": ["a"] * 1001}, "at most 1000"),
        ({"texts": ["a", "b" * 20_001]}, "texts[1]: 20001 characters"),
        ({"texts": [1]}, "texts[0]: not a string"),
        ({"texts": ["a"], "questions": ["mood"]}, "answers sentiment, product_demand"),
    ]:
        refused = service.client.post("/analyze", json=body)
        assert refused.status_code == 422
        assert message in refused.json()["detail"]
    assert service.client.post("/redact", content=b"{").status_code == 422


def test_the_socket_is_its_owners_alone_and_a_second_service_is_refused(
    service: SimpleNamespace,
) -> None:
    assert service.path.stat().st_mode & 0o777 == 0o600
    second = subprocess.run(
        [sys.executable, "-m", "tests.modelops.server", connection.settings_dict["NAME"]],
        cwd=CHECKOUT,
        env={
            **os.environ,
            "VERBATIM_TEXT_SERVICE": str(service.path),
            "PYTHONPATH": f"{CHECKOUT}:{CHECKOUT}/platform",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode != 0
    assert "is running already" in second.stderr
    assert service.client.get("/health").status_code == 200


def test_a_service_that_was_killed_leaves_nothing_in_the_way_of_the_next(
    service: SimpleNamespace,
) -> None:
    service.process.send_signal(signal.SIGKILL)
    service.process.wait(10)
    assert Path(service.path).exists()
    with pytest.raises(text_service.TextServiceUnavailable):
        text_service.redact(["很好"])
    again = subprocess.Popen(
        service.process.args,
        cwd=CHECKOUT,
        env={
            **os.environ,
            "VERBATIM_TEXT_SERVICE": str(service.path),
            "PYTHONPATH": f"{CHECKOUT}:{CHECKOUT}/platform",
        },
    )
    try:
        _wait(lambda: service.client.get("/health").status_code == 200)
    finally:
        again.terminate()
        again.wait(20)
