"""Processes that lend a parent more than one core: they apply a function to lists, in order.

A helper is a process of its own with a socket to its parent; a worker of a task queue may have
some too, which `multiprocessing` forbids there. It ends when its parent does, however that ends.
"""

from __future__ import annotations

import base64
import gc
import os
import pickle
import queue
import signal
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from subprocess import DEVNULL, Popen
from typing import Any, Protocol, TypeVar

from common.embedded.processes import die_with_parent
from common.words import SafeWords, place_of

Item = TypeVar("Item")
Found = TypeVar("Found")

_PART = 250  # items that a helper is given at a time
_LESS_URGENT = 5  # how much nicer than their parent helpers are
# As many threads of numerical libraries as helpers would stand in each other's way.
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class HelperFailed(RuntimeError, SafeWords):
    """What was asked of a helper raised; the message has the error's type and place only."""


class Hands(Protocol):
    """Who applies `function(items, *shared)`, which answers with one result an item."""

    def map(
        self, function: Callable[..., list[Found]], items: Sequence[Item], *shared: Any
    ) -> list[Found]: ...

    def close(self) -> None: ...


class Alone:
    """Whoever calls does it."""

    def map(
        self, function: Callable[..., list[Found]], items: Sequence[Item], *shared: Any
    ) -> list[Found]:
        return function(items, *shared)

    def close(self) -> None: ...


class Helpers:
    """`count` processes. Functions, arguments and results must pickle; functions are found by name.

    `prepare`: called once before they part, so that what it loads is in memory once; it must start
    no thread. To be made and closed in one thread; `map` may be called from several. What a helper
    was doing when it was lost (the kernel ends the largest process first) is done here instead.
    Raises OSError when the machine has no process, memory or file handle left for them.
    """

    def __init__(self, count: int, prepare: Callable[[], object] = int) -> None:
        self._closing = False
        self._free: queue.SimpleQueue[Connection | None] = queue.SimpleQueue()
        self._ours: list[Connection] = []
        theirs: list[Connection] = []
        try:
            for _ in range(count):
                one, other = Pipe()
                self._ours.append(one)
                theirs.append(other)
            self._first = _started(theirs, prepare)
        except BaseException:
            for connection in self._ours:
                connection.close()
            raise
        finally:
            for connection in theirs:
                connection.close()
        for connection in self._ours:
            self._free.put(connection)
        self._threads = ThreadPoolExecutor(count, "helpers")

    def map(
        self, function: Callable[..., list[Found]], items: Sequence[Item], *shared: Any
    ) -> list[Found]:
        """The results of all items, in order. Raises HelperFailed, also when closed meanwhile."""
        parts = [items[at : at + _PART] for at in range(0, len(items), _PART)]
        asked = [self._threads.submit(self._ask, function, part, shared) for part in parts]
        return [found for one in asked for found in one.result()]

    def close(self) -> None:
        """End them all, whatever they are doing."""
        # Before they end: who asks them does not do their work here instead.
        self._closing = True
        # The kernel ends those that it has made.
        self._first.kill()
        self._first.wait()
        self._threads.shutdown(cancel_futures=True)
        for connection in self._ours:
            connection.close()

    def _ask(self, function: Callable[..., Any], part: Sequence[Any], shared: Any) -> Any:
        message = pickle.dumps((function, part, shared), pickle.HIGHEST_PROTOCOL)
        # As many threads as places in the queue: there is always one.
        connection = self._free.get()
        try:
            if connection is not None:
                connection.send_bytes(message)
                done, found = pickle.loads(connection.recv_bytes())  # noqa: S301 - our own process
        except (EOFError, OSError):
            connection = None
        except BaseException:
            # Half a message may be on its way: nobody asks there again.
            connection = None
            raise
        finally:
            # Whatever happens, or the next one waits for it for ever.
            self._free.put(connection)
        if connection is None:
            if self._closing:
                raise HelperFailed("closed meanwhile")
            return function(part, *shared)
        if not done:
            raise HelperFailed(found)
        return found


def _started(theirs: Sequence[Connection], prepare: Callable[[], object]) -> Popen[bytes]:
    handles = [connection.fileno() for connection in theirs]
    called = base64.b64encode(pickle.dumps(prepare)).decode()
    return Popen(
        [
            sys.executable,
            "-P",
            "-m",
            "common.helpers",
            str(os.getpid()),
            called,
            *map(str, handles),
        ],
        env={**os.environ, **_ONE_THREAD, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdin=DEVNULL,
        stdout=DEVNULL,
        pass_fds=handles,
    )


def _first(parent: int, called: str, handles: Sequence[int]) -> None:
    """The process from which the helpers part, and whose end is theirs."""
    import django

    die_with_parent(signal.SIGKILL, parent)
    # An interrupted parent ends us in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    django.setup()
    pickle.loads(base64.b64decode(called))()  # noqa: S301 - from our own parent
    gc.collect()
    gc.freeze()
    # What is made here is lists of plain values, thrown away whole.
    gc.set_threshold(100_000, 20, 20)
    me = os.getpid()
    for handle in handles:
        if os.fork() == 0:
            die_with_parent(signal.SIGKILL, me)
            # Whoever asks is on the way everything has to take; it goes first.
            os.nice(_LESS_URGENT)
            # Whoever held the end of another could not tell that the parent is gone.
            for other in handles:
                if other != handle:
                    os.close(other)
            _help(Connection(handle))
            os._exit(0)
    for handle in handles:
        os.close(handle)
    for _ in handles:
        os.wait()


def _help(connection: Connection) -> None:
    while True:
        try:
            message = connection.recv_bytes()
        except (EOFError, OSError):
            return
        answer = _answer(message)
        try:
            connection.send_bytes(answer)
        except OSError:
            return


def _answer(message: bytes) -> bytes:
    try:
        function, part, shared = pickle.loads(message)  # noqa: S301 - from our own parent
        return pickle.dumps((True, function(part, *shared)), pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # noqa: BLE001 - the parent raises it again
        # Its words may quote a review, so they stay here.
        return pickle.dumps((False, place_of(error)), pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    _first(int(sys.argv[1]), sys.argv[2], list(map(int, sys.argv[3:])))
