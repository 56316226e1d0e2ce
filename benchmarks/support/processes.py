"""The processes of one home, found by their environment or command line, never by name alone."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

_PATIENCE = 60.0  # seconds for everything to end by itself
_GONE = (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess)


def of_home(home: Path) -> Iterator[tuple[psutil.Process, list[str]]]:
    """Living processes that belong to `home`, with their command lines, by number."""
    for process in psutil.process_iter(["cmdline", "status", "pid"]):
        words = process.info["cmdline"] or []
        dead = process.info["status"] == psutil.STATUS_ZOMBIE or not words
        if not dead and process.pid != os.getpid() and _belongs(process, words, home):
            yield process, words


def _belongs(process: psutil.Process, words: list[str], home: Path) -> bool:
    # Somewhere in the word: servers write sockets and options into their titles.
    if any(str(home) in word for word in words):
        return True
    try:
        return process.environ().get("VERBATIM_HOME") == str(home)
    except _GONE:
        return False


def worker_group(home: Path) -> int | None:
    """The process group of the worker for the default queue; None while there is none."""
    for process, words in of_home(home):
        if words[-3:] == ["worker", "--queue", "default"]:
            with contextlib.suppress(*_GONE, ProcessLookupError):
                return os.getpgid(process.pid)
    return None


def broker(home: Path) -> psutil.Process | None:
    return next((p for p, words in of_home(home) if "valkey-server" in words[0]), None)


def kill_group(group: int) -> None:
    """Kill -9 every process of `group` and return when all are gone."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
    while _alive(group):
        time.sleep(0.005)


def _alive(group: int) -> bool:
    for process in psutil.process_iter(["status"]):
        if process.info["status"] == psutil.STATUS_ZOMBIE:
            continue
        with contextlib.suppress(*_GONE, ProcessLookupError):
            if os.getpgid(process.pid) == group:
                return True
    return False


def end_all(home: Path, patience: float = _PATIENCE) -> None:
    """Wait for what belongs to `home` to end (services go with their last user), then kill it.

    patience: seconds.
    """
    for process, words in of_home(home):
        if words[-1:] == ["up"] or "up" in words:
            with contextlib.suppress(*_GONE):
                process.terminate()
    deadline = time.monotonic() + patience
    while left := [process for process, _ in of_home(home)]:
        if time.monotonic() > deadline:
            for process in left:
                with contextlib.suppress(*_GONE):
                    process.kill()
        time.sleep(0.1)
