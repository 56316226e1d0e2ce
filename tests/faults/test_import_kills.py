"""An import dies by -9 in the middle, in a home of its own, and goes on."""

from __future__ import annotations

import pytest

from benchmarks import import_kills
from benchmarks.support.home import ThrowAwayHome

pytestmark = pytest.mark.faults


@pytest.mark.timeout(300)
def test_an_import_that_is_killed_again_and_again_has_every_row_once() -> None:
    with ThrowAwayHome("vb-import-") as home:
        path = import_kills.write(home.outside / "reviews.csv", 500)
        found = home.call(
            "benchmarks.import_kills:rage", {"path": str(path), "kills": 3, "chunk": 40}
        )
    assert found["kills"] == 3
    assert found["cut"] >= 2, found
    assert found["rows"] == 505
    wrong = ("missing", "doubled", "strange", "rejects_missing", "rejects_doubled", "miscounted")
    assert {name: found[name] for name in (*wrong, "failed")} == dict.fromkeys(
        (*wrong, "failed"), 0
    )
