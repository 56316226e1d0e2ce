"""A running `manage.py up` in a home to throw away, and somebody who looks at it all the time."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable

import httpx

from benchmarks.support.home import ThrowAwayHome

PATIENCE = 180.0  # seconds; a busy machine starts six interpreters


class WaitedInVain(Exception):
    """Something did not come about; the message says what."""


def until(condition: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Wait for `condition`. Raises WaitedInVain."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise WaitedInVain(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(0.2)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Site:
    """A context manager: `up` on a free port, stopped in order at the end."""

    def __init__(self, home: ThrowAwayHome) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/admin/login/"
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Site:
        self.process = self.home.start("up", VERBATIM_PORT=str(self.port))
        until(self._answers, "the site to start")
        return self

    def __exit__(self, *args: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(60)

    def _answers(self) -> bool:
        if self.process is not None and self.process.poll() is not None:
            raise WaitedInVain("`up` ended at once; what it said is lost with its home")
        try:
            return httpx.get(self.url, timeout=10).status_code == 200
        except httpx.TransportError:
            return False


class Looker:
    """A context manager: asks the site for a page again and again.

    `looks`: how often. `errors`: answers other than 200, or none within 20 seconds. `slowest`:
    seconds.
    """

    def __init__(self, url: str, pause: float = 0.25) -> None:
        self.url, self.pause = url, pause
        self.looks, self.errors, self.slowest = 0, 0, 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="looker", daemon=True)

    def __enter__(self) -> Looker:
        self._thread.start()
        return self

    def __exit__(self, *args: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(self.pause):
            began = time.monotonic()
            try:
                fine = httpx.get(self.url, timeout=20).status_code == 200
            except httpx.TransportError:
                fine = False
            self.looks += 1
            self.errors += not fine
            self.slowest = max(self.slowest, time.monotonic() - began)
