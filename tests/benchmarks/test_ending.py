"""A bench that is ended leaves nothing behind: no process, no service, no home."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.support import processes
from common.home import CHECKOUT

_PATIENCE = 90.0  # seconds; on a machine that is busy with other tests
# Services of its own, and a program that has started another one, as trainings do.
_INSIDE = """
import subprocess, sys
from common.embedded.usage import embedded
from common.home import Home
with embedded(Home.from_environment(), sys.argv[1].split()):
    subprocess.run(["sleep", "1000"])
"""
_BENCH = """
import sys
from concurrent.futures import ThreadPoolExecutor
from benchmarks.support.home import ThrowAwayHome
with ThrowAwayHome() as home, ThreadPoolExecutor(1) as pool:
    print(home.folder, flush=True)
    waits = lambda: home._run(["-c", sys.argv[1], sys.argv[3]], "")
    pool.submit(waits).result() if sys.argv[2] == "thread" else waits()
"""


def _until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + _PATIENCE
    while not true():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("number", "code", "place", "kinds"),
    [
        (signal.SIGTERM, 143, "thread", "postgres valkey"),
        (signal.SIGINT, -signal.SIGINT, "main", "valkey"),
        (signal.SIGKILL, -signal.SIGKILL, "main", "valkey"),
    ],
)
def test_a_bench_that_is_ended_takes_all_it_started_with_it(
    number: signal.Signals, code: int, place: str, kinds: str
) -> None:
    path = os.pathsep.join([str(CHECKOUT), str(CHECKOUT / "platform")])
    with subprocess.Popen(
        [sys.executable, "-c", _BENCH, _INSIDE, place, kinds],
        env={**os.environ, "PYTHONPATH": path},
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as bench:
        assert bench.stdout is not None
        folder = Path(bench.stdout.readline().strip())
        home = folder / "home"

        def running() -> list[str]:
            return [words[0] for _, words in processes.of_home(home)]

        try:
            _until(lambda: "sleep" in running(), "the program inside")
            assert [name for name in running() if kinds.split()[0] in name]
            bench.send_signal(number)
            assert bench.wait(_PATIENCE) == code
            _until(lambda: not running(), f"the end of {running()}")
            assert folder.exists() == (number == signal.SIGKILL)
        finally:
            bench.kill()
            processes.end_all(home, 0)
            shutil.rmtree(folder, ignore_errors=True)
