"""The designs as mathematics: chances that hold in simulation, estimates that meet the truth."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest

from annotation.services.sampling import CannotDraw
from annotation.services.sampling.diverse import diverse
from annotation.services.sampling.pointed import disagreement
from annotation.services.sampling.stratified import allocate, stratified
from annotation.services.sampling.uncertain import inclusion, uncertain, uncertainty
from annotation.services.sampling.uniform import uniform

DRAWS = 3000


def off_by(counts: Counter[int], chances: dict[int, float]) -> float:
    """The largest difference between how often an id came and its chance, in standard errors."""
    return max(
        abs(counts[pk] / DRAWS - chance) / max((chance * (1 - chance) / DRAWS) ** 0.5, 1e-9)
        for pk, chance in chances.items()
    )


def test_an_unsure_answer_is_one_whose_best_choices_are_close() -> None:
    for measure in ("margin", "entropy"):
        sure, torn = uncertainty([0.98, 0.01, 0.01], measure), uncertainty([0.4, 0.4, 0.2], measure)
        assert 0 <= sure < 0.2 < torn <= 1
        assert uncertainty([1.0, 0.0, 0.0], measure) == 0
        assert uncertainty([0.25] * 4, measure) == pytest.approx(1)
    # Torn between two of three: the margin says all, the entropy does not.
    assert uncertainty([0.5, 0.5, 0.0]) == 1 > uncertainty([0.5, 0.5, 0.0], "entropy")


def test_the_unsure_come_with_exactly_the_chances_that_are_told() -> None:
    rng = random.Random(3)
    unsure = {pk: rng.random() ** 3 for pk in range(40)}
    unsure[40] = 0.0
    counts: Counter[int] = Counter()
    chances: dict[int, float] = {}
    for seed in range(DRAWS):
        drawn = uncertain(unsure, 9, seed, explored=0.2, sharpness=1)
        assert len(set(drawn.ids)) == 9
        assert drawn.chances is not None
        chances |= drawn.chances
        counts.update(drawn.ids)
    assert sum(chances.values()) == pytest.approx(9)
    assert all(0 < chance <= 1 for chance in chances.values())
    assert chances[40] == pytest.approx(0.2 * 9 / 41)
    assert off_by(counts, chances) < 5


def test_weighted_by_their_chances_the_unsure_tell_the_truth_of_all() -> None:
    rng = random.Random(5)
    # What the model is unsure of is mostly bad: unweighted, the sample says so of everything.
    answers = {pk: -1 if pk < 60 else 1 for pk in range(300)}
    unsure = {pk: 0.5 + 0.5 * rng.random() if pk < 60 else 0.1 for pk in answers}
    truth = sum(answers.values()) / len(answers)
    plain, weighted = [], []
    for seed in range(400):
        drawn = uncertain(unsure, 60, seed, explored=0.2)
        assert drawn.chances is not None
        weights = {pk: 1 / drawn.chances[pk] for pk in drawn.ids}
        weighted.append(sum(answers[pk] * weights[pk] for pk in drawn.ids) / sum(weights.values()))
        plain.append(sum(answers[pk] for pk in drawn.ids) / 60)
    assert abs(np.mean(weighted) - truth) < 0.02
    assert abs(np.mean(plain) - truth) > 0.4


def test_without_a_share_at_random_what_is_sure_has_no_chance_and_none_is_told() -> None:
    unsure = {0: 0.9, 1: 0.5, 2: 0.4, 3: 0.0}
    assert uncertain(unsure, 2, 1, explored=0).chances is None
    assert uncertain({0: 0.9, 1: 0.5, 2: 0.4}, 2, 1, explored=0).chances is not None
    with pytest.raises(CannotDraw, match="sure of almost everything"):
        uncertain(unsure, 4, 1, explored=0)
    everything = uncertain(dict.fromkeys(range(5), 0.0), 3, 1)
    assert set(everything.chances.values()) == {0.6}  # type: ignore[union-attr]


def test_what_would_be_above_certain_is_certain_and_the_rest_is_shared() -> None:
    chances = inclusion({1: 90.0, 2: 5.0, 3: 4.0, 4: 1.0}, 2)
    assert chances == pytest.approx({1: 1.0, 2: 0.5, 3: 0.4, 4: 0.1})
    assert inclusion({1: 1.0, 2: 0.0}, 1) == {1: 1.0, 2: 0.0}


@pytest.mark.parametrize("allocation", ["proportional", "equal", "neyman"])
def test_every_group_gets_something_none_more_than_it_has_and_all_is_given(allocation: str) -> None:
    rng = random.Random(7)
    for _ in range(200):
        sizes = {str(n): rng.choice((1, 2, 5, 80, 4000)) for n in range(rng.randint(1, 12))}
        spreads = {one: rng.random() for one in sizes if rng.random() < 0.8}
        size = rng.randint(len(sizes), sum(sizes.values()) + 5)
        counts = allocate(sizes, size, allocation, spreads)
        assert sum(counts.values()) == min(size, sum(sizes.values()))
        assert all(1 <= counts[one] <= sizes[one] for one in sizes)


def test_shares_follow_the_allocation() -> None:
    sizes = {"a": 900, "b": 100}
    assert allocate(sizes, 100, "proportional") == {"a": 90, "b": 10}
    assert allocate(sizes, 100, "equal") == {"a": 50, "b": 50}
    assert allocate(sizes, 100, "neyman", {"a": 0.1, "b": 0.9}) == {"a": 50, "b": 50}
    assert allocate({"a": 900, "b": 20}, 100, "equal") == {"a": 80, "b": 20}
    with pytest.raises(CannotDraw, match="2 groups"):
        allocate(sizes, 1, "equal")


def test_each_review_of_a_group_has_the_chance_that_is_told() -> None:
    strata = {pk: "big" if pk < 30 else "small" for pk in range(36)}
    counts: Counter[int] = Counter()
    chances: dict[int, float] = {}
    for seed in range(DRAWS):
        drawn = stratified(strata, 8, seed, "equal")
        chances |= drawn.chances or {}
        counts.update(drawn.ids)
    assert {round(one, 4) for one in chances.values()} == {round(4 / 30, 4), round(4 / 6, 4)}
    assert off_by(counts, chances) < 5
    counts = Counter(pk for seed in range(DRAWS) for pk in uniform(range(20), 5, seed).ids)
    assert off_by(counts, dict.fromkeys(range(20), 0.25)) < 5


def test_diversity_reaches_small_groups_of_meaning_that_chance_would_miss() -> None:
    rng = np.random.default_rng(1)
    corners = np.eye(4, 16, dtype=np.float32)
    of_corner = [0] * 900 + [1] * 40 + [2] * 10 + [3] * 5
    vectors = corners[of_corner] + rng.normal(0, 0.02, (955, 16)).astype(np.float32)
    ids = [pk + 1000 for pk in range(955)]
    drawn = diverse(ids, vectors, 20, seed=4)
    assert len(set(drawn.ids)) == 20
    assert drawn.chances is None
    assert {of_corner[pk - 1000] for pk in drawn.ids} == {0, 1, 2, 3}
    assert diverse(ids[:3], vectors[:3], 9, seed=1).ids == ids[:3]
    same = np.ones((6, 4), dtype=np.float32)
    assert len(set(diverse(range(6), same, 3, seed=1).ids)) == 3
    with pytest.raises(CannotDraw, match="embedded"):
        diverse([], np.empty((0, 0), dtype=np.float32), 3, seed=1)


def test_most_disagreement_comes_first_and_agreement_never() -> None:
    degrees = {1: 0.0, 2: 1.0, 3: 0.5, 4: 0.5, 5: 1.0}
    drawn = disagreement(degrees, 3, seed=1)
    assert set(drawn.ids[:2]) == {2, 5}
    assert drawn.ids[2] in {3, 4}
    assert drawn.chances is None
    with pytest.raises(CannotDraw, match="nobody disagrees"):
        disagreement({1: 0.0}, 1, seed=1)
