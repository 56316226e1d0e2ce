"""No rule may work more than in proportion to the length of a text, whatever it holds.

Work is compared, not time: the patterns are read for repeats without a bound, and the calls a
text causes are counted at two lengths.
"""

from __future__ import annotations

import re
import sys
from re import _constants, _parser  # type: ignore[attr-defined]
from types import FrameType
from typing import Any

import pytest

from privacy.redaction.engine import Redactor
from privacy.redaction.recognisers import RECOGNISERS
from tests.privacy.redaction.adversarial import UNITS

REDACTOR = Redactor()
RULES = [(f"{r.type}.{rule.name}", rule.pattern) for r in RECOGNISERS for rule in r.rules]
BOUND = 1000  # repeats of one part; what is longer is no personal data


def unbounded_repeats(pattern: Any) -> int:
    """How many backtracking repeats above BOUND a parsed pattern holds."""
    count = 0
    for operation, argument in pattern:
        backtracks = operation in (_constants.MAX_REPEAT, _constants.MIN_REPEAT)
        count += backtracks and argument[1] > BOUND
        for part in argument if isinstance(argument, tuple | list) else [argument]:
            parts = part if isinstance(part, list) else [part]
            count += sum(unbounded_repeats(p) for p in parts if isinstance(p, _parser.SubPattern))
    return count


@pytest.mark.parametrize(("name", "pattern"), RULES)
def test_every_repeat_is_bounded_or_possessive(name: str, pattern: re.Pattern[str]) -> None:
    assert unbounded_repeats(_parser.parse(pattern.pattern, pattern.flags)) == 0, name


def test_the_check_of_patterns_sees_what_it_should() -> None:
    assert unbounded_repeats(_parser.parse("a(?:b+|c)*")) == 2
    assert unbounded_repeats(_parser.parse("a(?:b++|c){0,9}")) == 0


def calls(text: str) -> int:
    """Python and C calls made while the text is redacted."""
    count = 0

    def count_call(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        # Not what the garbage collector and its hooks happen to do meanwhile.
        count += event in ("call", "c_call") and "redaction" in frame.f_code.co_filename

    sys.setprofile(count_call)
    try:
        REDACTOR.redact(text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("unit", UNITS[::3])
def test_four_times_the_text_is_at_most_about_four_times_the_work(unit: str) -> None:
    short, long = (unit * 400)[:400], (unit * 1600)[:1600]
    assert calls(long) <= 5 * calls(short) + 500
