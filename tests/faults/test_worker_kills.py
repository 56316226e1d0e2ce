"""Workers and the broker die by -9 while reviews are analysed, in a home of their own."""

from __future__ import annotations

import sys
import time

import pytest

from benchmarks import faults
from benchmarks.support import tiny_model
from benchmarks.support.home import ThrowAwayHome

pytestmark = pytest.mark.faults


def say(line: str) -> None:
    print(f"{time.monotonic():.1f} {line}", file=sys.stderr, flush=True)


@pytest.mark.timeout(420)
def test_every_review_is_answered_once_though_the_worker_and_the_broker_are_killed() -> None:
    plan = faults.Plan(reviews=300, kills=3, broker_kills=1, wake_every=1.0)
    with ThrowAwayHome("vb-kills-") as home:
        found = faults.storm(home, plan, tiny_model.make(home.outside), say)
    say(str(found))
    assert found.stored == plan.reviews
    assert found.reviews > 0.95 * plan.reviews  # a few are taken for other languages
    assert (found.kills, found.broker_kills) == (3, 1)
    assert found.idle_kills == 0
    assert found.left_at_last_kill > 0
    assert found.cut > 0  # at least one worker died in the middle of a batch
    assert found.missing == 0
    assert found.doubled == 0
    assert found.parked == 0
    assert found.wrong_cells == 0
    assert found.looks > 10
    assert found.site_errors == 0
