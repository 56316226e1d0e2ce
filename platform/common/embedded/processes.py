"""Child processes that never outlive their parent."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(number: signal.Signals, parent: int | None = None) -> None:
    """Ask the kernel to send `number` to this process when its parent dies (Linux, prctl(2)).

    It counts the death of the *thread* that forked, so children are started from the main
    thread; and it is lost when the user changes, so it is asked for after that.
    """
    _libc.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    if parent is not None and os.getppid() != parent:
        # The parent died between fork and prctl: nobody would tell us any more.
        os.kill(os.getpid(), number)


def tied(death: signal.Signals) -> Callable[[], None]:
    """For a `preexec_fn`: the child gets `death` when we die; see `die_with_parent`."""
    parent = os.getpid()

    def prepare() -> None:
        die_with_parent(death, parent)

    return prepare


def start(
    command: Sequence[str],
    *,
    death: signal.Signals = signal.SIGTERM,
    env: Mapping[str, str] | None = None,
    output: IO[Any] | int | None = None,
    user: Mapping[str, Any] | None = None,
    cwd: str = "/",
) -> subprocess.Popen[bytes]:
    """Start `command` in a process group of its own; it gets `death` when we die."""
    return subprocess.Popen(
        list(command),
        env=None if env is None else dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        process_group=0,
        preexec_fn=tied(death),
        **(user or {}),
    )


def stop(process: subprocess.Popen[bytes], number: signal.Signals, seconds: float) -> None:
    """Ask with `number`, wait up to `seconds`, then kill the whole group."""
    if process.poll() is None:
        process.send_signal(number)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            kill_group(process)
            process.wait(10)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
