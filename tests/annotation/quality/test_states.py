from __future__ import annotations

from typing import Any

import pytest

from annotation.quality.settling import state_of


@pytest.mark.parametrize(
    ("choices", "more", "state"),
    [
        (["a"], {"wanted": 1}, "done"),
        (["a"], {"wanted": 2}, "waiting"),
        ([], {"wanted": 1}, "waiting"),
        (["a", "a"], {"wanted": 2}, "done"),
        (["a", "b"], {"wanted": 2}, "to_settle"),
        (["a", "b", "a"], {"wanted": 3}, "done"),
        (["a", "b", "a", "b"], {"wanted": 4}, "to_settle"),
        (["a", "b"], {"wanted": 2, "adjudicated": True}, "done"),
        (["a"], {"wanted": 2, "skips": 1}, "done"),
        ([], {"wanted": 2, "skips": 2}, "left_out"),
        ([], {"wanted": 2, "skips": 1}, "waiting"),
    ],
)
def test_when_a_review_is_done(choices: list[str], more: dict[str, Any], state: str) -> None:
    assert state_of(choices, **more) == state
