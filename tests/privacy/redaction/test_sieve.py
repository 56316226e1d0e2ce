"""A rule that is left out would have found nothing: what is read off its pattern is right."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from privacy.redaction.fold import Views
from privacy.redaction.necessary import Count, necessary
from privacy.redaction.recogniser import Recogniser, Rule
from privacy.redaction.recognisers import RECOGNISERS
from privacy.redaction.sieve import Sieve
from tests.privacy.redaction.adversarial import UNITS
from tests.privacy.redaction.test_tables import CLEAN, FOUND, unmark

TEXTS = [unmark(text)[0] for _, text in FOUND] + [text for _, text in CLEAN] + list(UNITS)
WIDE = {ord(char): ord(char) + 0xFEE0 for char in map(chr, range(0x21, 0x7F))}


def spliced(count: int) -> Iterator[str]:
    """Pieces of the texts side by side, in other cases and widths: what no table holds."""
    rng = random.Random(11)
    ways = [str, str, str, str.upper, str.title, lambda text: text.translate(WIDE)]
    for _ in range(count):
        pieces = []
        for _ in range(rng.randint(1, 4)):
            text = rng.choice(TEXTS)
            at = rng.randrange(len(text))
            pieces.append(text[at : at + rng.randint(1, 60)])
        yield rng.choice(ways)(rng.choice(["", " ", "\n", "，", "."]).join(pieces))


def test_the_sieve_finds_what_all_rules_find() -> None:
    sieve, found = Sieve(RECOGNISERS), 0
    for text in [*TEXTS, *spliced(2_000)]:
        views = Views(text)
        spans = [span for one in RECOGNISERS for span in one.find(views)]
        assert sieve.find_many([views]) == [spans], text
        found += len(spans)
    assert found > 900


def test_the_sieve_leaves_most_rules_out_of_an_ordinary_review() -> None:
    sieve, rules = Sieve(RECOGNISERS), sum(len(one.rules) for one in RECOGNISERS)
    for text in (
        "外观漂亮，屏幕清晰，用了12天，电池很耐用，非常满意！",
        "I have tried other brands for 12 days but this one is soft and my skin is not dry.",
    ):
        assert len(sieve.candidates(Views(text))) < rules / 4


def test_a_gate_and_a_count_leave_out_no_match() -> None:
    watched = [rule for one in RECOGNISERS for rule in one.rules if rule.gate or rule.digits]
    found = 0
    for text in [*TEXTS, *spliced(2_000)]:
        views = Views(text)
        for rule in watched:
            hits = list(replace(rule, gate=None).hits(views))
            assert list(rule.hits(views)) == hits, (rule.name, text)
            digits = sum(map(getattr(views, rule.view).count, "0123456789"))
            assert not hits or digits >= rule.digits, (rule.name, text)
            found += len(hits)
    assert found > 100


@pytest.mark.parametrize(
    ("pattern", "count", "strings"),
    [
        ("手机号?码?[0-9]{11}", Count(11), [{"手机", "手机号", "手机码", "手机号码"}]),
        ("(?:call|ring)(?: me)?[0-9]+", Count(1, 4), [{"call", "call me", "ring", "ring me"}]),
        ("Mr[.]? [A-Z][a-z]+", Count(0, 4, 2), [{"mr ", "mr. "}]),
        ("(?i:Dear) x{3,}", Count(0, 3), [{"dear "}]),
        ("(?=.{0,9}order)[0-9]{6}", Count(6, 5), [{"order"}]),
        ("(?!order)[0-9]{6}", Count(6), []),
        ("(?:微信|[0-9]{6})ab", Count(0, 2), [{"ab"}]),
        ("(?:[加+]v){0,3}[0-9]", Count(1), []),
        ("[^a]{9}", Count(), []),
    ],
)
def test_what_a_pattern_needs(pattern: str, count: Count, strings: list[set[str]]) -> None:
    needs = necessary(re.compile(pattern))
    assert (needs.count, [set(one) for one in needs.strings]) == (count, strings)


def test_letters_that_only_look_alike_count_when_case_is_ignored() -> None:
    rule = Rule("signed", re.compile("(?i:kisses) [0-9]"), 0.5)
    sieve = Sieve([Recogniser("PERSON", (rule,))])
    # The sign for kelvin and the long s, which Python takes for k and s in another case.
    assert len(sieve.find_many([Views("\u212ai\u017fses 1")])[0]) == 1
