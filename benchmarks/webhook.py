"""How soon Label Studio's webhooks are answered, one by one and together, also without a broker."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from typing import Any

from benchmarks.support import processes
from benchmarks.support.home import ThrowAwayHome
from benchmarks.support.site import Site, WaitedInVain

OPTIONS: dict[str, int | str] = {"deliveries": 300, "at_once": 8, "body_kb": 8}
Say = Callable[[str], None]
_GIVES_UP = 1.0  # seconds after which Label Studio cuts the connection, and never tries again


def run(options: Mapping[str, Any], say: Say, note: Say) -> dict[str, float]:
    wanted, together = options["deliveries"], options["at_once"]
    with ThrowAwayHome() as home:
        made = home.call("benchmarks.webhook:fill")
        body = json.dumps(
            {"action": "ANNOTATION_UPDATED", "filler": "评" * options["body_kb"] * 340}
        )
        with Site(home) as site:
            hook = Hook(site.port, made["path"], made["headers"], body.encode())
            hook.deliver(20, 1)  # interpreters and connections are warm
            say(f"{wanted} webhooks one after another, and {wanted} by {together} at once")
            found = hook.figures("one", wanted, 1) | hook.figures("many", wanted, together)
            broker = processes.broker(home.home.root)
            if broker is None:
                raise WaitedInVain("there is no broker to hold")
            say("the same while the broker hangs")
            broker.suspend()
            try:
                found |= hook.figures("hung", wanted, together)
            finally:
                broker.resume()
            kept = home.call("benchmarks.webhook:kept")
    answered = hook.sent - hook.failed
    # One that was answered too late may have been written down all the same.
    return found | {
        "deliveries": hook.sent,
        "failed": hook.failed,
        "lost": max(0, answered - kept),
    }


class Hook:
    """An address that is called as Label Studio does: a connection each, one second, one try."""

    def __init__(self, port: int, path: str, headers: Mapping[str, str], body: bytes) -> None:
        self._port, self._path, self._headers, self._body = port, path, dict(headers), body
        self.sent = self.failed = 0

    def figures(self, name: str, count: int, together: int) -> dict[str, float]:
        spent = self.deliver(count, together)
        return {
            f"p50_ms_{name}": round(spent[len(spent) // 2], 1),
            f"p95_ms_{name}": round(spent[int(0.95 * (len(spent) - 1))], 1),
            f"worst_ms_{name}": round(spent[-1], 1),
        }

    def deliver(self, count: int, together: int) -> list[float]:
        """Milliseconds of each, the quickest first."""
        with ThreadPoolExecutor(together) as pool:
            done = list(pool.map(lambda _number: self._one(), range(count)))
        self.sent += count
        self.failed += sum(not fine for _, fine in done)
        return sorted(spent for spent, _ in done)

    def _one(self) -> tuple[float, bool]:
        began = time.perf_counter()
        # Not httpx: what it prepares for each connection takes longer than the answer.
        connection = HTTPConnection("127.0.0.1", self._port, timeout=_GIVES_UP)
        try:
            connection.request("POST", self._path, self._body, self._headers)
            fine = connection.getresponse().status == 204
        except (OSError, HTTPException):
            fine = False
        finally:
            connection.close()
        return (time.perf_counter() - began) * 1000, fine


# Inside the home


def fill() -> dict[str, Any]:
    """A server that does not answer, with a project: what its webhooks tell stays to be counted."""
    from django.urls import reverse

    from annotation.models import Batch, LabelStudioProject, LabelStudioServer
    from annotation.services.label_studio.connecting import HOOK_HEADER, hook_secret

    server = LabelStudioServer.objects.create(
        name="labels", url="http://127.0.0.1:1", our_url="http://127.0.0.1"
    )
    batch = Batch.objects.create(name="bench", design="uniform", state="open")
    project = LabelStudioProject.objects.create(
        server=server, batch=batch, remote_id=1, state="open", configuration_hash="0"
    )
    return {
        "path": reverse("label-studio-hook", args=[server.pk, project.key]),
        "headers": {HOOK_HEADER: hook_secret(project.key), "Content-Type": "application/json"},
    }


def kept() -> int:
    """Webhooks that were written down."""
    from annotation.models import LabelStudioWakeup

    return LabelStudioWakeup.objects.count()
