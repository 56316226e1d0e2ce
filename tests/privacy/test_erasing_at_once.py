"""The nightly replay of the ledger, while somebody is just being erased."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from privacy import erasures
from privacy.models import Erasure
from privacy.services import erasing, erasure_add, erasures_replay
from privacy.vault.here import key_ring, ledger

pytestmark = [pytest.mark.usefixtures("keys"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def again(keys: Path) -> Iterator[list[int]]:
    """Stores in which the replay erased again."""
    found: list[int] = []

    def handler(store: int, *more: Any) -> int:
        found.append(store)
        return 1

    erasures.register("test person", handler)
    yield found
    erasures._handlers.pop("test person")


class _Erasing:
    """An erasure in a transaction of its own that ends when it is told to, well or not."""

    def __init__(self, cast: SimpleNamespace, *, fails: bool = False) -> None:
        self.written, self.end, self.error = threading.Event(), threading.Event(), ""
        self._thread = threading.Thread(target=self._run, args=(cast, fails))
        self._thread.start()
        assert self.written.wait(30)

    def _run(self, cast: SimpleNamespace, fails: bool) -> None:
        try:
            with transaction.atomic():
                erasure_add(actor=None, kind="test person", store=cast.lanting.pk, keys=[uuid4()])
                self.written.set()
                self.end.wait(30)
                if fails:
                    raise KeyError("dies here")
        except Exception as error:  # noqa: BLE001
            self.error = type(error).__name__
        finally:
            key_ring().store.close()
            connection.close()

    def ended(self) -> str:
        self.end.set()
        self._thread.join()
        return self.error


def test_an_erasure_that_runs_is_left_to_whoever_runs_it(
    cast: SimpleNamespace, again: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "_PATIENCE", 0.1)
    running = _Erasing(cast)
    threading.Timer(2.0, running.end.set).start()
    done = erasures_replay(actor=None)
    assert (done.known, done.replayed, done.waiting) == (1, 0, 1)
    assert running.ended() == ""
    assert again == []
    assert Erasure.objects.count() == 1
    assert erasures_replay(actor=None).waiting == 0
    assert again == []


@pytest.mark.parametrize("fails", [False, True])
def test_a_replay_waits_a_while_and_does_only_what_nobody_finished(
    cast: SimpleNamespace, again: list[int], fails: bool
) -> None:
    running = _Erasing(cast, fails=fails)
    threading.Timer(0.7, running.end.set).start()
    done = erasures_replay(actor=None)
    assert running.ended() == ("KeyError" if fails else "")
    assert (done.replayed, done.waiting) == (int(fails), 0)
    assert again == [cast.lanting.pk] * fails
    assert Erasure.objects.count() == 1


def test_an_erasure_that_ends_while_the_ledger_is_read_breaks_nothing(
    cast: SimpleNamespace, again: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    erasure_add(actor=None, kind="test person", store=cast.lanting.pk)
    lines = type(ledger()).lines

    def read(self: Any) -> Any:
        found = list(lines(self))
        if len(found) == 1:
            _Erasing(cast).ended()
        return iter(found)

    monkeypatch.setattr(type(ledger()), "lines", read)
    assert erasures_replay(actor=None).known == 1
    assert again == []


def test_two_replays_at_once_erase_once(cast: SimpleNamespace, again: list[int]) -> None:
    _Erasing(cast, fails=True).ended()
    start, errors = threading.Barrier(3), []

    def replay() -> None:
        start.wait(30)
        try:
            erasures_replay(actor=None)
        except Exception as error:  # noqa: BLE001
            errors.append(error)
        finally:
            key_ring().store.close()
            connection.close()

    threads = [threading.Thread(target=replay) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert again == [cast.lanting.pk]
