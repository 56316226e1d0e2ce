"""Seconds, processor seconds and memory of the phases of a demo run."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psutil

_LOOK_EVERY = 0.5  # seconds between two looks at the memory


@dataclass
class Phase:
    name: str
    seconds: float
    cpu_seconds: float


@dataclass
class Clock:
    """Watches this process and its children; a context manager."""

    phases: list[Phase] = field(default_factory=list)
    peak_memory: int = 0  # bytes, resident, of all processes together
    _over: threading.Event = field(default_factory=threading.Event)
    _cpu: dict[tuple[int, float], float] = field(default_factory=dict)

    def __enter__(self) -> Clock:
        threading.Thread(target=self._watch, name="memory watch", daemon=True).start()
        return self

    def __exit__(self, *args: object) -> None:
        self._over.set()

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        began, cpu = time.monotonic(), self._cpu_seconds()
        yield
        self.phases.append(Phase(name, time.monotonic() - began, self._cpu_seconds() - cpu))

    @property
    def seconds(self) -> float:
        return sum(phase.seconds for phase in self.phases)

    def load(self) -> float:
        """The load average of the last minute."""
        return os.getloadavg()[0]

    def _watch(self) -> None:
        while not self._over.wait(_LOOK_EVERY):
            self._cpu_seconds()

    def _cpu_seconds(self) -> float:
        # Children come and go: what each had used when last seen stays in the sum.
        ours = psutil.Process()
        memory = 0
        for process in [ours, *ours.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                times = process.cpu_times()
                self._cpu[process.pid, process.create_time()] = times.user + times.system
                memory += process.memory_info().rss
        self.peak_memory = max(self.peak_memory, memory)
        return sum(self._cpu.values())
