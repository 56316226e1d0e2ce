"""What a piece of work costs: processor time by who spent it, and memory while it goes on."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

_EVERY = 0.5  # seconds between two looks


@dataclass(slots=True)
class Cost:
    """cpu: seconds of this process and its helpers. database_cpu: of one connection's server
    process. memory: MB of this process and its helpers at each look, what they share counted once.
    """

    cpu: float = 0.0
    database_cpu: float = 0.0
    memory: list[float] = field(default_factory=list)

    def peak(self) -> float:
        return max(self.memory, default=0.0)

    def growth(self) -> float:
        """MB that the last third needs beyond the middle one: what is not flat shows here."""
        third = len(self.memory) // 3
        if not third:
            return 0.0
        return max(self.memory[-third:]) - max(self.memory[third:-third])


def memory() -> float:
    """MB of this process and its children now, what they share counted once."""
    found = 0.0
    for process in _family():
        # Gone meanwhile: it holds nothing.
        with contextlib.suppress(OSError):
            # psutil reads every mapping for it, which takes a tenth of a second.
            lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text("ascii").splitlines()
            found += next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    return found


@contextlib.contextmanager
def watched(database: int) -> Iterator[Cost]:
    """The cost of what is done inside; `database`: the process number of its connection."""
    cost = Cost()
    over = threading.Event()
    spent: dict[int, float] = {}

    def look() -> None:
        for process in _family():
            with contextlib.suppress(psutil.Error):
                spent[process.pid] = _cpu(process)
        cost.memory.append(memory())

    def go_on() -> None:
        while not over.wait(_EVERY):
            look()

    server = psutil.Process(database)
    look()
    before, server_before = dict(spent), _cpu(server)
    watcher = threading.Thread(target=go_on, daemon=True)
    watcher.start()
    try:
        yield cost
    finally:
        over.set()
        watcher.join()
        look()
        cost.cpu = sum(spent.values()) - sum(before.values())
        cost.database_cpu = _cpu(server) - server_before


def _family() -> list[psutil.Process]:
    me = psutil.Process()
    with contextlib.suppress(psutil.Error):
        return [me, *me.children(recursive=True)]
    return [me]


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
