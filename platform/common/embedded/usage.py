"""Using the embedded services: start them when they are not there, keep them while we run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from common import locks
from common.embedded.errors import ServiceError
from common.embedded.host import KINDS, START_TIMEOUT
from common.home import Home

_LEAST_FREE = 256 * 1024 * 1024  # bytes; PostgreSQL stops for good on a full disk


def _check_disk(home: Home) -> None:
    home.make()
    free = shutil.disk_usage(home.root).free
    if free < _LEAST_FREE:
        raise ServiceError(
            f"Only {free // 1024 // 1024} MB are free at {home.root}; make room (256 MB at least) "
            "or set VERBATIM_HOME to another disk"
        )


def _spawn_host(home: Home, kinds: Sequence[str]) -> subprocess.Popen[bytes]:
    log_path = home.folder("logs") / "services.log"
    source_root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, [source_root, os.environ.get("PYTHONPATH", "")]))
    with log_path.open("ab") as log:
        # Not tied to us by a signal: another command may still use it when we end. It goes by
        # the lock of its users.
        return subprocess.Popen(
            [sys.executable, "-m", "common.embedded.host", str(home.root), *kinds],
            cwd="/",
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _alive(home: Home, kinds: Sequence[str]) -> bool:
    return all(KINDS[kind](home).alive() for kind in kinds)


def _hosted(home: Home) -> bool:
    lock = locks.FileLock(home.runtime / "host.lock")
    try:
        return not lock.try_exclusive()
    finally:
        lock.close()


def ensure(home: Home, kinds: Sequence[str]) -> None:
    """Return once every service of `kinds` answers. The caller holds the usage lock.

    Raises ServiceError when one cannot be started.
    """
    with locks.exclusive(home.runtime / "start.lock"):
        host: subprocess.Popen[bytes] | None = None
        deadline = time.monotonic() + START_TIMEOUT
        while True:
            # Looked at each time: a host that was just ending may have held its lock a moment ago.
            if host is None and not _hosted(home):
                host = _spawn_host(home, kinds)
            if _alive(home, kinds):
                return
            if host is not None and host.poll() is not None:
                raise ServiceError(_failure(home))
            if time.monotonic() > deadline:
                raise ServiceError(f"The embedded services do not answer; see {home.root}/logs")
            time.sleep(0.1)


def revive(home: Home, kinds: Sequence[str]) -> None:
    """Start the host again when it was killed; for a user that runs on. Returns at once."""
    if kinds and not _hosted(home):
        with locks.exclusive(home.runtime / "start.lock"):
            if not _hosted(home):
                _spawn_host(home, kinds)


def _failure(home: Home) -> str:
    try:
        return (home.runtime / "services.error").read_text()
    except FileNotFoundError:
        return f"The embedded services ended at once; see {home.root / 'logs' / 'services.log'}"


@contextmanager
def embedded(home: Home, kinds: Sequence[str]) -> Iterator[None]:
    """Hold the embedded services of `kinds` while the block runs (nothing when empty)."""
    if not kinds:
        yield
        return
    try:
        _check_disk(home)
        usage = locks.FileLock(home.runtime / "users.lock")
    except OSError as error:
        reason = error.strerror or error
        raise ServiceError(
            f"The data folder {home.root} cannot be used ({reason}); set VERBATIM_HOME"
        ) from error
    # Blocks while a host that found nobody is still stopping; then we start afresh.
    usage.shared()
    try:
        ensure(home, kinds)
        yield
    finally:
        usage.close()
