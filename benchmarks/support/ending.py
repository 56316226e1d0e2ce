"""Being told to end: an exception at once, so that all that was begun is put away."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ending(contextlib.AbstractContextManager["Ending"]):
    """SIGINT raises KeyboardInterrupt, SIGTERM and SIGHUP raise SystemExit; only the first counts.

    Before that `kill` is called: somebody may wait for what it ends. After `hold` the exception
    waits until the block is left. In another than the main thread nothing changes, nor for a
    signal that is ignored already (nohup).
    """

    def __init__(self, kill: Callable[[], None]) -> None:
        self._kill = kill
        self._before: dict[int, Any] = {}
        self._held = False
        self.told: int | None = None

    def __enter__(self) -> Ending:
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._told)
        return self

    def hold(self) -> None:
        self._held = True

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)
        if self.told is not None and kind is None:
            raise _exception(self.told)

    def _told(self, number: int, frame: FrameType | None) -> None:
        if self.told is not None:
            return
        self.told = number
        self._kill()
        if not self._held:
            raise _exception(number)


def _exception(number: int) -> BaseException:
    # As shells tell it: 128 and the number of the signal.
    return KeyboardInterrupt() if number == signal.SIGINT else SystemExit(128 + number)
