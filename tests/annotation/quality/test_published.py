"""The figures of agreement and consensus on published examples, and beside other libraries."""

from __future__ import annotations

import random

import pytest
from scipy.stats import binomtest
from sklearn.metrics import cohen_kappa_score

from annotation.quality.agreement import alpha, kappa
from annotation.quality.consensus import dawid_skene, majority
from annotation.quality.shares import share
from annotation.quality.spans import exact, f1, overlapping

# K. Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, University of Pennsylvania,
# Annenberg School. Observers by row, "." is no answer.
BINARY = ("0100000010", "1110010000")  # section A: .095
NOMINAL = ("aabbdcccedda", "babbbcccedd d".replace(" ", ""))  # section B: .692
FOUR = ("1233214 12...".replace(" ", ""), "1233224125.3", ".3332342251.", "12332441251.")  # C: .743

# A. P. Dawid and A. M. Skene (1979), Applied Statistics 28, table 1: 45 patients seen by five
# anaesthetists, the first of whom saw each one three times.
PATIENTS = """
1111111 3334334 1122122 2223121 2223222 2223322 1222111 3333433 2222223 2322223 4444444
2223343 1111111 2223212 1211111 1112111 1111111 1111111 2222221 2221322 2222222 2222221
2223222 2212222 1111111 1111111 2322222 1111111 1111111 1121121 1111111 3333233 1111111
2222222 2223232 4334343 2212232 2323233 3333432 1111111 1111111 1212111 2322222 1211111
2222222
"""
WHO = (1, 1, 1, 2, 3, 4, 5)


def observed(rows: tuple[str, ...]) -> dict[int, dict[int, str]]:
    return {
        item: {who: row[item] for who, row in enumerate(rows) if row[item] != "."}
        for item in range(len(rows[0]))
    }


def table(*counts: tuple[int, ...]) -> list[tuple[str, str]]:
    return [
        (str(one), str(other))
        for one, row in enumerate(counts)
        for other, n in enumerate(row)
        for _ in range(n)
    ]


# J. Cohen (1960), table 1 on 200 subjects: .492. J. L. Fleiss, J. Cohen and B. S. Everitt (1969),
# Psychological Bulletin 72, 323-327, table 1 on 200 subjects: .429.
COHEN = table((88, 14, 18), (10, 40, 10), (2, 6, 12))
FLEISS = table((106, 10, 4), (22, 28, 10), (2, 12, 6))


@pytest.mark.parametrize(("rows", "value"), [(BINARY, 0.095), (NOMINAL, 0.692), (FOUR, 0.743)])
def test_alpha_is_krippendorffs(rows: tuple[str, ...], value: float) -> None:
    assert alpha(observed(rows)).value == pytest.approx(value, abs=5e-4)


@pytest.mark.parametrize(("pairs", "value"), [(COHEN, 0.492), (FLEISS, 0.429)])
def test_kappa_is_cohens_and_scikit_learns(pairs: list[tuple[str, str]], value: float) -> None:
    found = kappa(pairs).value
    assert found == pytest.approx(value, abs=5e-4)
    assert found == pytest.approx(cohen_kappa_score(*zip(*pairs, strict=True)))


def test_the_interval_of_kappa_is_near_that_of_its_published_standard_error() -> None:
    found = kappa(FLEISS)
    # The same paper gives .429 a variance of .002885.
    half = 1.96 * 0.002885**0.5
    assert found.low == pytest.approx(0.429 - half, abs=0.015)
    assert found.high == pytest.approx(0.429 + half, abs=0.015)


def test_dawid_and_skene_finds_what_the_paper_did() -> None:
    found = dawid_skene(
        (item, who, said)
        for item, row in enumerate(PATIENTS.split(), start=1)
        for who, said in zip(WHO, row, strict=True)
    )
    # The paper's estimates of the shares of the four classes, to two places.
    published = {"1": 0.40, "2": 0.42, "3": 0.11, "4": 0.07}
    assert {key: round(value, 2) for key, value in found.shares.items()} == published
    # All but four patients have a class with a probability of .99 or more.
    unsure = {item: key for item, (key, sure) in found.answers.items() if sure < 0.99}
    assert unsure == {7: "1", 12: "3", 35: "2", 38: "3"}


def test_a_majority_is_none_at_a_tie() -> None:
    assert majority(["a", "b", "a"]) == "a"
    assert majority(["a", "b"]) is None
    assert majority([]) is None


@pytest.mark.parametrize(("hits", "n"), [(0, 7), (3, 7), (7, 7), (180, 200)])
def test_the_interval_of_a_share_is_wilsons(hits: int, n: int) -> None:
    found, other = share(hits, n), binomtest(hits, n).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((other.low, other.high), abs=1e-6)


def test_without_answers_there_is_no_figure_and_zero_is_one() -> None:
    assert alpha({}).value is None
    assert alpha({1: {1: "a"}}).items == 0
    assert share(0, 0).value is None
    assert share(0, 5).value == 0


def test_where_everybody_always_says_the_same_alpha_is_not_defined() -> None:
    found = alpha({item: {1: "none", 2: "none"} for item in range(40)})
    assert (found.value, found.same, found.word) == (None, 1.0, "undefined")


def test_full_agreement_on_a_few_reviews_still_has_an_interval() -> None:
    found = alpha({item: {1: "ab"[item % 2], 2: "ab"[item % 2]} for item in range(30)})
    assert found.value == 1
    assert found.low == pytest.approx(1 - (3 / 30) / 0.5)
    assert found.method == "rule of three"


def test_marks_are_paired_one_to_one() -> None:
    one = {(0, 4, "issue"), (6, 9, "add")}
    other = {(0, 2, "issue"), (2, 4, "issue"), (6, 9, "add"), (6, 9, "keep")}
    assert exact(one, other) == 1
    assert overlapping(one, other) == 2
    # The first could take either, and has to leave one to the second.
    assert overlapping({(0, 4, "add"), (3, 9, "add")}, {(0, 4, "add"), (0, 2, "add")}) == 2
    whole, partly = f1([(one, other), (set(), set())]), f1([(one, other)], whole=False)
    assert (whole.value, whole.items, whole.spans) == (pytest.approx(2 / 6), 2, 6)
    assert partly.value == pytest.approx(4 / 6)


@pytest.mark.parametrize("measure", ["alpha", "kappa"])
def test_intervals_hold_the_truth_about_as_often_as_they_say(measure: str) -> None:
    """Two people who know the answer with 85 %, else guess: the truth of both figures is .7225."""
    dice, held, runs = random.Random(5), 0, 120
    for _ in range(runs):
        pairs = []
        for _ in range(80):
            truth = dice.choice("abc")
            one, other = (truth if dice.random() < 0.85 else dice.choice("abc") for _ in range(2))
            pairs.append((one, other))
        rated = {item: dict(enumerate(pair)) for item, pair in enumerate(pairs)}
        found = alpha(rated, runs=400) if measure == "alpha" else kappa(pairs, runs=400)
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 0.85**2 <= found.high
    # 95 % of 120 is 114, with a standard deviation of 2.4.
    assert 105 <= held <= 119
