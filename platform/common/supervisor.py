"""The one supervisor: starts the parts of the site, again when killed, and stops them in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import IO

from common.embedded import processes
from common.home import CHECKOUT

_LONGEST_PAUSE = 30.0  # seconds between two starts of a part that keeps dying
_STEADY = 20.0  # seconds after which a part counts as steady again


@dataclass
class Part:
    """One child: what to run, how long a clean stop may take (seconds), and its state."""

    name: str
    arguments: Sequence[str]
    stop_seconds: float = 15.0
    # A worker that finishes its task in peace would outlive a killed parent by minutes; the work
    # ledger makes killing it harmless.
    death: signal.Signals = signal.SIGKILL
    process: subprocess.Popen[bytes] | None = None
    pause: float = 0.5
    started_at: float = 0.0
    retry_at: float = field(default=0.0)

    def start(self) -> None:
        self.process = processes.start(
            [sys.executable, str(CHECKOUT / "manage.py"), *self.arguments],
            death=self.death,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            output=subprocess.PIPE,
            cwd=str(CHECKOUT),
        )
        self.started_at = time.monotonic()
        assert self.process.stdout is not None  # noqa: S101 - asked for just above
        _copy(self.name, self.process.stdout)

    def watch(self) -> None:
        now = time.monotonic()
        if self.process is not None:
            if self.process.poll() is None:
                return
            self.pause = (
                0.5 if now - self.started_at > _STEADY else min(self.pause * 2, _LONGEST_PAUSE)
            )
            self.retry_at = now + self.pause
            _say(
                "up",
                f"{self.name} ended ({self.process.returncode}); "
                f"starting it again in {self.pause:.1f} s",
            )
            # Whatever it had started itself must not work on beside its successor.
            processes.kill_group(self.process)
            self.process = None
        if now >= self.retry_at:
            self.start()

    def stop(self) -> None:
        if self.process is not None:
            processes.stop(self.process, signal.SIGTERM, self.stop_seconds)
            processes.kill_group(self.process)


class Supervisor:
    """Runs `parts` until it is told to stop; they are stopped in the order given here.

    `look_after` is called between two looks at the parts, for what they stand on.
    """

    def __init__(self, parts: list[Part], look_after: Callable[[], None]) -> None:
        self.parts = parts
        self.look_after = look_after
        self._over = threading.Event()

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._end)
        try:
            while not self._over.is_set():
                self.look_after()
                for part in self.parts:
                    part.watch()
                # A plain wait: children must be started from this, the main thread.
                self._over.wait(0.3)
        finally:
            for part in self.parts:
                part.stop()

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._over.set()


def _say(name: str, line: str) -> None:
    print(f"{name:>7} | {line}", file=sys.stderr, flush=True)


def _copy(name: str, stream: IO[bytes]) -> None:
    def copy() -> None:
        for raw in stream:
            _say(name, raw.decode(errors="replace").rstrip())

    threading.Thread(target=copy, name=f"output of {name}", daemon=True).start()
