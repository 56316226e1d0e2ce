"""File locks of the kernel: they vanish with the process that held them, however it died."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FileLock:
    """`flock` on one file. Not for threads of one process: each instance opens its own handle."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def shared(self) -> None:
        fcntl.flock(self._handle, fcntl.LOCK_SH)

    def exclusive(self) -> None:
        fcntl.flock(self._handle, fcntl.LOCK_EX)

    def try_exclusive(self) -> bool:
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        fcntl.flock(self._handle, fcntl.LOCK_UN)

    def close(self) -> None:
        os.close(self._handle)


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    lock = FileLock(path)
    try:
        lock.exclusive()
        yield
    finally:
        lock.close()
