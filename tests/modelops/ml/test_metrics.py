from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as reference

from modelops.ml import calibration, gate, metrics
from modelops.ml.mentions import softmax


def drawn(seed: int, rows: int = 300, choices: int = 4) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    gold = rng.choice(choices, rows, p=np.array([0.6, 0.25, 0.1, 0.05])[:choices])
    logits = rng.normal(size=(rows, choices)) + 1.5 * np.eye(choices)[gold]
    return gold, logits.astype(np.float32)


@pytest.mark.parametrize("seed", range(5))
def test_scores_equal_those_of_sklearn(seed: int) -> None:
    gold, logits = drawn(seed)
    probs = softmax(logits)
    guess = probs.argmax(axis=1)
    found = metrics.score(gold, probs, ("a", "b", "c", "d"))
    assert found.accuracy == pytest.approx(reference.accuracy_score(gold, guess))
    assert found.macro_f1 == pytest.approx(reference.f1_score(gold, guess, average="macro"))
    assert found.nll == pytest.approx(reference.log_loss(gold, probs), abs=1e-5)
    p, r, f, n = reference.precision_recall_fscore_support(gold, guess)
    for at, key in enumerate("abcd"):
        label = found.per_label[key]
        assert (label.precision, label.recall, label.f1, label.support) == pytest.approx(
            (p[at], r[at], f[at], n[at])
        )


def test_a_choice_absent_from_gold_is_left_out_of_macro_f1() -> None:
    gold, guess = np.array([0, 0, 1, 1]), np.array([0, 0, 1, 2])
    wanted = reference.f1_score(gold, guess, average="macro", labels=[0, 1])
    assert metrics.macro_f1(gold, guess, 3) == pytest.approx(wanted)


def test_scores_by_language_are_those_of_its_rows() -> None:
    gold, logits = drawn(1)
    langs = ["zh" if at % 3 else "en" for at in range(len(gold))]
    probs = softmax(logits)
    found = metrics.score(gold, probs, tuple("abcd"), langs)
    rows = np.array(langs) == "zh"
    assert found.by_lang["zh"] == metrics.score(gold[rows], probs[rows], tuple("abcd"))


def test_ece_is_nought_for_honest_and_large_for_boastful_probabilities() -> None:
    rng = np.random.default_rng(0)
    top = rng.uniform(0.5, 1.0, 50_000)
    gold = (rng.uniform(size=len(top)) > top).astype(int)
    assert metrics.ece(gold, np.stack([top, 1 - top], axis=1)) < 0.01
    boast = np.tile([0.999, 0.001], (len(gold), 1))
    assert metrics.ece(gold, boast) == pytest.approx(0.249, abs=0.01)


def test_a_temperature_lowers_the_loss_of_overconfident_logits() -> None:
    gold, logits = drawn(2, rows=2_000)
    boastful = logits * 4
    temperature = calibration.fit_temperature(boastful, gold)
    assert temperature > 2
    before = metrics.nll(gold, softmax(boastful))
    after = metrics.nll(gold, calibration.apply(boastful, temperature))
    assert after < before - 0.1


def test_few_rows_are_not_calibrated() -> None:
    gold, logits = drawn(2, rows=5)
    assert calibration.fit_temperature(logits, gold) == 1.0


def test_the_interval_of_a_difference_holds_nought_for_equals_and_not_for_a_better_one() -> None:
    gold, logits = drawn(3, rows=600)
    guess = logits.argmax(axis=1)
    noise = np.where(np.arange(len(gold)) % 2 == 0, guess, 0)
    assert metrics.bootstrap_difference(gold, guess, guess, 4, runs=200)[0] == 0
    difference, low, high = metrics.bootstrap_difference(gold, guess, noise, 4, runs=400)
    assert 0 < low < difference < high


def test_span_scores_count_exact_and_overlapping_spans() -> None:
    gold = [[(0, 2, "issue"), (5, 9, "add")], []]
    guess = [[(0, 2, "issue"), (6, 9, "add")], [(0, 1, "keep")]]
    found = metrics.span_scores(gold, guess)
    assert found["exact_f1"] == pytest.approx(2 / 5)
    assert found["overlap_f1"] == pytest.approx(4 / 5)


def one_hot(guess: np.ndarray) -> np.ndarray:
    return np.eye(2)[guess]


def test_the_gate_wants_every_baseline_beaten_in_every_language() -> None:
    gold = np.array([0, 1, 0, 1, 0, 1, 0, 1])
    langs = ["en"] * 4 + ["zh"] * 4
    good_in_english = np.array([0, 1, 0, 1, 0, 0, 0, 0])
    simple = {"majority": {"q": one_hot(np.zeros(8, int))}}
    verdict = gate.judge({"q": gold}, langs, {"q": one_hot(good_in_english)}, simple, {"q": 2})
    assert not verdict.passed
    assert [(c.question, c.language, c.baseline) for c in verdict.failures] == [
        ("q", "zh", "majority")
    ]
    assert gate.judge({"q": gold}, langs, {"q": one_hot(gold)}, simple, {"q": 2}).passed


def test_the_gate_skips_languages_a_baseline_does_not_cover() -> None:
    gold, langs = np.array([0, 1, 0, 1]), ["en", "en", "zh", "zh"]
    found = one_hot(np.array([0, 0, 0, 0])).astype(float)
    found[2:] = np.nan
    verdict = gate.judge(
        {"q": gold}, langs, {"q": one_hot(gold)}, {"textblob": {"q": found}}, {"q": 2}
    )
    assert [check.language for check in verdict.checks] == ["en"]


def test_nothing_to_compare_with_does_not_pass() -> None:
    assert not gate.judge(
        {"q": np.array([0])}, ["en"], {"q": one_hot(np.array([0]))}, {}, {"q": 2}
    ).passed
