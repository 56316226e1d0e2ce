"""Processes that work for one parent, and what becomes of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from common.helpers import HelperFailed, Helpers

SECRET = "Rosalind Achterberg"
_PATIENCE = 20.0


def doubled(numbers: Sequence[int], more: int) -> list[int]:
    return [2 * number + more for number in numbers]


def whose(items: Sequence[int]) -> list[int]:
    return [os.getpid() for _ in items]


def failing(items: Sequence[str]) -> list[str]:
    raise ValueError(items[0])


def lost(items: Sequence[int], parent: int) -> list[int]:
    if os.getpid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
    return list(items)


class Unreadable:
    def __init__(self, parent: int) -> None:
        self.parent = parent

    def __reduce__(self) -> tuple[Callable[[int], int], tuple[int]]:
        return refuse, (self.parent,)


def refuse(parent: int) -> int:
    raise LookupError(parent)


def unreadable(items: Sequence[int], parent: int) -> list[Unreadable]:
    return [Unreadable(parent) for _ in items]


class Unsendable:
    def __init__(self, text: str) -> None:
        self.text = text

    def __reduce__(self) -> str:
        raise ValueError(self.text)


def unsendable(items: Sequence[str]) -> list[Unsendable]:
    return [Unsendable(text) for text in items]


def lasting(items: Sequence[str]) -> list[str]:
    """As long as whoever asked is patient, in a helper; at once where it has been done already."""
    [folder] = items
    first = not any(Path(folder).iterdir())
    (Path(folder) / str(os.getpid())).touch()
    if first:
        time.sleep(_PATIENCE)
    return list(items)


@pytest.fixture(scope="module")
def helpers() -> Iterator[Helpers]:
    found = Helpers(2)
    yield found
    found.close()


def test_results_come_in_order_and_from_elsewhere(helpers: Helpers) -> None:
    numbers = list(range(3210))
    assert helpers.map(doubled, numbers, 1) == doubled(numbers, 1)
    assert os.getpid() not in helpers.map(whose, numbers)
    assert helpers.map(doubled, [], 1) == []


def test_an_error_names_its_place_and_not_what_was_worked_on(helpers: Helpers) -> None:
    with pytest.raises(
        HelperFailed, match=r"^ValueError in test_helpers.py:\d+ \(failing\)$"
    ) as raised:
        helpers.map(failing, [SECRET])
    assert SECRET not in str(raised.value)
    assert helpers.map(doubled, [1], 0) == [2]


def test_what_a_lost_helper_was_doing_is_done_here() -> None:
    own = Helpers(1)
    try:
        assert own.map(lost, [1, 2], os.getpid()) == [1, 2]
        assert own.map(whose, [1]) == [os.getpid()]
    finally:
        own.close()


def test_none_is_left_when_the_parent_is_killed(tmp_path: Path) -> None:
    told = tmp_path / "pids"
    program = (
        "import sys, time; from common.helpers import Helpers; from pathlib import Path\n"
        "from tests.common.test_helpers import whose\n"
        "helpers = Helpers(2)\n"
        "found = helpers.map(whose, list(range(2000)))\n"
        f"Path({str(told)!r}).write_text(' '.join(map(str, set(found))))\n"
        "time.sleep(600)\n"
    )
    path = os.pathsep.join(filter(None, sys.path))
    parent = subprocess.Popen(
        [sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": path}
    )
    try:
        _until(lambda: told.exists() and bool(told.read_text()))
        pids = [int(pid) for pid in told.read_text().split()]
        assert all(map(psutil.pid_exists, pids))
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    _until(lambda: not any(map(psutil.pid_exists, pids)))


def test_closing_ends_them() -> None:
    own = Helpers(2)
    pids = set(own.map(whose, list(range(2000))))
    own.close()
    _until(lambda: not any(map(psutil.pid_exists, pids)))


def test_starting_that_fails_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/program")
    before = os.listdir("/proc/self/fd")
    with pytest.raises(OSError, match="no/such") as raised:
        Helpers(2)
    # The error still holds the frames: what is closed now was closed on purpose.
    assert raised.tb is not None
    assert os.listdir("/proc/self/fd") == before


def test_an_answer_that_cannot_be_read_costs_the_helper_and_not_the_next_question() -> None:
    own = Helpers(1)
    try:
        with pytest.raises(LookupError):
            own.map(unreadable, [1], os.getpid())
        assert own.map(doubled, [1], 0) == [2]
    finally:
        own.close()


def test_closing_does_not_do_the_work_of_helpers_here(tmp_path: Path) -> None:
    own = Helpers(1)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(own.map, lasting, [str(tmp_path)])
        _until(lambda: any(tmp_path.iterdir()))
        own.close()
        with pytest.raises(HelperFailed):
            asked.result(_PATIENCE)
    assert not (tmp_path / str(os.getpid())).exists()


def test_an_answer_that_cannot_be_sent_is_told_and_not_quoted(
    helpers: Helpers, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(HelperFailed, match=r"^ValueError in test_helpers.py") as raised:
        helpers.map(unsendable, [SECRET])
    assert SECRET not in str(raised.value) + capfd.readouterr().err


def test_what_lies_in_the_working_folder_is_not_taken_for_a_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pickle.py").write_text("raise SystemExit(3)\n")
    monkeypatch.chdir(tmp_path)
    own = Helpers(1)
    try:
        assert own.map(whose, [1]) != [os.getpid()]
    finally:
        own.close()


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE
    while not true():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.02)
