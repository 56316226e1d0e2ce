"""The figures of agreement and consensus on published examples, and beside other libraries."""

from __future__ import annotations

import random
import warnings
from typing import Any

import krippendorff
import numpy as np
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


# J. Cohen (1968), Weighted Kappa, Psychological Bulletin 70, 213-220, table 1 on 200 cases: .492
# without weights.
COHEN = table((88, 10, 2), (14, 40, 6), (18, 10, 12))


@pytest.mark.parametrize(("rows", "value"), [(BINARY, 0.095), (NOMINAL, 0.692), (FOUR, 0.743)])
def test_alpha_is_krippendorffs(rows: tuple[str, ...], value: float) -> None:
    assert alpha(observed(rows)).value == pytest.approx(value, abs=5e-4)


def test_alpha_is_that_of_the_library_on_answers_of_any_number_of_people() -> None:
    dice = random.Random(2)
    for _ in range(20):
        rows = [[dice.choice([*"abbc", None]) for _ in range(30)] for _ in range(4)]
        rated = {
            item: {who: row[item] for who, row in enumerate(rows) if row[item]}
            for item in range(30)
        }
        numbers = [["abc".index(one) if one else np.nan for one in row] for row in rows]
        expected = krippendorff.alpha(numbers, level_of_measurement="nominal")
        assert alpha(rated, runs=100).value == pytest.approx(expected)


def test_kappa_is_cohens_and_scikit_learns() -> None:
    found = kappa(COHEN).value
    assert found == pytest.approx(0.492, abs=5e-4)
    assert found == pytest.approx(cohen_kappa_score(*zip(*COHEN, strict=True)))


def test_the_interval_of_kappa_is_near_that_of_its_standard_error() -> None:
    found = kappa(COHEN)
    half = 1.96 * standard_error(np.array([[88, 10, 2], [14, 40, 6], [18, 10, 12]]) / 200, 200)
    assert found.low == pytest.approx(0.492 - half, abs=0.015)
    assert found.high == pytest.approx(0.492 + half, abs=0.015)


def standard_error(p: Any, n: int) -> float:
    """Of kappa in large samples: J. L. Fleiss, J. Cohen and B. S. Everitt (1969), Psychological
    Bulletin 72, 323-327. p: shares of the cases, one person by row, the other by column."""
    rows, columns = p.sum(1), p.sum(0)
    same, chance = np.trace(p), rows @ columns
    both = rows[None, :] + columns[:, None]  # of cell i, j: column total i and row total j
    on = np.diag(p) @ (1 - chance - np.diag(both) * (1 - same)) ** 2
    off = (1 - same) ** 2 * ((p * both**2).sum() - np.diag(p) @ np.diag(both) ** 2)
    rest = (same * chance - 2 * chance + same) ** 2
    return float(np.sqrt((on + off - rest) / n) / (1 - chance) ** 2)


def test_dawid_and_skene_finds_what_the_paper_did() -> None:
    rated = [
        (item, who, said)
        for item, row in enumerate(PATIENTS.split())
        for who, said in zip(WHO, row, strict=True)
    ]
    found = dawid_skene(rated)
    # The paper's estimates of the shares of the four classes, to two places.
    published = {"1": 0.40, "2": 0.42, "3": 0.11, "4": 0.07}
    assert {key: round(value, 2) for key, value in found.shares.items()} == published
    for item, classes in enumerate(expectation_maximisation(rated)):
        key, probability = found.answers[item]
        assert key == str(1 + classes.argmax())
        # The library takes no error for impossible, which takes .02 from the twelfth patient.
        assert probability == pytest.approx(classes.max(), abs=0.025)


def expectation_maximisation(rated: list[tuple[int, int, str]]) -> Any:
    """The paper's formulas 2.3 to 2.5 from scratch: [patients, classes]."""
    counts = np.zeros((45, 5, 4))
    for item, who, said in rated:
        counts[item, who - 1, int(said) - 1] += 1
    classes = counts.sum(1) / counts.sum((1, 2))[:, None, None][:, 0]
    for _ in range(300):
        errors = np.einsum("ij,ikl->kjl", classes, counts)
        errors /= errors.sum(2, keepdims=True)
        likely = np.einsum("ikl,kjl->ij", counts, np.log(errors + 1e-300))
        likely += np.log(classes.mean(0))
        classes = np.exp(likely - likely.max(1, keepdims=True))
        classes /= classes.sum(1, keepdims=True)
    return classes


def test_what_the_library_complains_of_is_nobodys_business() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        dawid_skene([(1, 1, "a"), (1, 2, "a"), (2, 1, "b"), (2, 2, "a")])


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
