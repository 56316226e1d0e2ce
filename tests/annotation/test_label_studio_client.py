"""Requests to a server: which address is asked, how lists are read, tokens, and strange answers."""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from annotation.label_studio import addresses
from annotation.label_studio import client as module
from annotation.label_studio.client import Client
from annotation.label_studio.errors import BadAddress, LabelStudioError, Refused, ServerDown

Handler = Callable[[httpx.Request], httpx.Response]


def asked(handler: Handler, **more: Any) -> Client:
    """A client whose requests `handler` answers."""
    found = Client(**{"url": "https://93.184.215.14", "token": "f" * 40, "private": False} | more)
    found._http = httpx.Client(transport=httpx.MockTransport(handler), follow_redirects=False)
    return found


def names_lead_to(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
    """What looking up a name gives, one time after the other."""
    left = list(answers)

    def look_up(host: str, port: int, **more: Any) -> list[Any]:
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(None, None, None, "", (address, port)) for address in found]

    resolver = SimpleNamespace(getaddrinfo=look_up, SOCK_STREAM=socket.SOCK_STREAM)
    monkeypatch.setattr(addresses, "socket", resolver)


def test_the_connection_goes_to_the_address_that_was_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"email": "bot@example.com"})

    # The name leads to the world first, and to this machine when it is looked up again.
    names_lead_to(monkeypatch, ["93.184.215.14"], ["127.0.0.1"])
    client = asked(handler, url="https://labels.example.com:8443/prefix")
    assert client.whoami()["email"] == "bot@example.com"
    [request] = seen
    assert str(request.url) == "https://93.184.215.14:8443/prefix/api/current-user/whoami"
    assert request.headers["Host"] == "labels.example.com:8443"
    assert request.extensions["sni_hostname"] == "labels.example.com"
    with pytest.raises(BadAddress):
        client.whoami()
    names_lead_to(monkeypatch, ["93.184.215.14", "10.0.0.8"])
    with pytest.raises(BadAddress):
        client.whoami()
    assert len(seen) == 1


def test_no_redirect_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        assert request.url.host == "93.184.215.14"
        return httpx.Response(302, headers={"Location": "http://127.0.0.1/"})

    with pytest.raises(Refused) as refused:
        asked(handler).whoami()
    assert refused.value.code == "redirected"


@pytest.fixture
def listening() -> Iterator[int]:
    """The port of a server on 127.0.0.1 alone."""

    class Health(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"status": "UP"}')

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Health)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_a_name_may_have_an_address_on_which_nobody_listens(
    monkeypatch: pytest.MonkeyPatch, listening: int
) -> None:
    names_lead_to(monkeypatch, ["::1", "127.0.0.1"])
    with Client(f"http://localhost:{listening}", "f" * 40, private=True) as client:
        client.health()
    names_lead_to(monkeypatch, ["::1"])
    with (
        Client(f"http://localhost:{listening}", "f" * 40, private=True) as client,
        pytest.raises(ServerDown) as down,
    ):
        client.health()
    assert down.value.code == "not_reachable"


class Table:
    """The tasks of a project, listed as the server lists them, but never more than `most`."""

    def __init__(self, count: int, most: int = 1000) -> None:
        self.rows = {number: {"id": number} for number in range(1, count + 1)}
        self.most = most
        self.pages = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        asked = request.url.params
        [item] = json.loads(asked["query"])["filters"]["items"]
        fitting = [one for number, one in sorted(self.rows.items()) if number > item["value"]]
        size = min(int(asked["page_size"]), self.most)
        self.pages += 1
        return httpx.Response(200, json={"total": len(fitting), "tasks": fitting[:size]})


@pytest.mark.parametrize("most", [1000, 30])
def test_a_list_misses_nothing_when_tasks_go_and_come_while_it_is_read(
    monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    table = Table(250, most)
    seen = []
    for page in asked(table).tasks(3):
        seen += [one["id"] for one in page]
        if table.pages == 1:
            for number in range(1, 21):  # on the page that was read: the others would move up
                del table.rows[number]
            table.rows[400] = {"id": 400}
    assert seen == [*range(1, 251), 400]
    table.rows.clear()
    assert list(asked(table).tasks(3)) == []


def test_a_list_that_stands_still_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"total": 9, "tasks": [{"id": 1}]})

    with pytest.raises(LabelStudioError) as strange:
        list(asked(handler).tasks(3))
    assert strange.value.code == "strange_answer"


def jwt(**claims: Any) -> str:
    pieces = [json.dumps(one).encode() for one in ({"alg": "HS256"}, claims)]
    return ".".join(base64.urlsafe_b64encode(one).decode().rstrip("=") for one in pieces) + ".x"


def test_a_personal_token_is_exchanged_again_before_and_when_it_runs_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, given, refused = 1000.0, 0, False
    monkeypatch.setattr(module.time, "time", lambda: now)
    personal = jwt(token_type="refresh", exp=9e9)

    def handler(request: httpx.Request) -> httpx.Response:
        nonlocal given, refused
        if request.url.path == "/api/token/refresh/":
            assert json.loads(request.content) == {"refresh": personal}
            assert "Authorization" not in request.headers
            given += 1
            # The server's clock is a day off: only the span counts.
            return httpx.Response(200, json={"access": jwt(iat=90000, exp=90300, jti=given)})
        if refused:
            refused = False
            return httpx.Response(401, json={"detail": "Given token not valid"})
        assert request.headers["Authorization"].startswith("Bearer ")
        assert personal not in request.headers["Authorization"]
        return httpx.Response(200, json={"email": "bot@example.com"})

    client = asked(handler, token=personal)
    for _ in range(3):
        client.whoami()
    assert given == 1
    now += 290
    client.whoami()
    assert given == 2
    refused = True
    client.whoami()
    assert given == 3


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (httpx.Response(200, text="<html>"), "not_label_studio"),
        (httpx.Response(502, text="bad gateway"), "server_error"),
        (httpx.Response(429), "server_error"),
        (httpx.Response(200, content=b"x" * 100_000), "too_large"),
        (httpx.Response(400, json=["no"], headers={"Date": "yesterday"}), "refused"),
    ],
)
def test_a_strange_answer_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch, answer: httpx.Response, code: str
) -> None:
    monkeypatch.setattr(module, "_LARGEST_ANSWER", 50_000)
    with pytest.raises(LabelStudioError) as strange:
        asked(lambda request: answer).whoami()
    assert strange.value.code == code


def test_the_token_is_in_no_log_and_no_error(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "0123456789abcdef" * 2 + "01234567"
    caplog.set_level("DEBUG")

    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(403, json={"detail": f"no {secret}"})

    with pytest.raises(Refused) as refused:
        asked(handler, token=secret).whoami()
    assert secret not in str(refused.value) + repr(refused.value.details) + caplog.text
