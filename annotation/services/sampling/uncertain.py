"""Where the model is unsure, with chances that are known: probability proportional to size.

A share is drawn uniformly so that nothing in the frame is without a chance: what a model is sure
of may be wrong as well, and an index needs all of it. Weights are then 1 / chance (Hajek 1971).
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence

from annotation.designs import EXPLORED, SHARPNESS
from annotation.services.sampling.drawn import CannotDraw, Drawn

MEASURES = ("margin", "entropy")


def uncertainty(probabilities: Sequence[float], measure: str = "margin") -> float:
    """How unsure an answer is, in [0, 1]: 0 where one choice has all, 1 where all are alike.

    margin: 1 - (the highest - the second). entropy: Shannon's, over its greatest value.
    """
    if len(probabilities) < 2:
        return 0.0
    if measure == "margin":
        first, second = sorted(probabilities, reverse=True)[:2]
        return max(0.0, min(1.0, 1.0 - (first - second)))
    entropy = -sum(p * math.log(p) for p in probabilities if p > 0)
    return max(0.0, min(1.0, entropy / math.log(len(probabilities))))


def uncertain(
    unsure: Mapping[int, float],
    size: int,
    seed: int,
    explored: float = EXPLORED,
    sharpness: float = SHARPNESS,
) -> Drawn:
    """A sample of fixed size in which the chance of an id grows with how unsure its answer is.

    chance = size x (explored / N + (1 - explored) x u^sharpness / sum of u^sharpness), cut at 1.
    Drawn systematically from a shuffled order with one random start (Madow 1949), so that every
    chance holds exactly. `unsure`: in [0, 1] by id of the whole frame; `explored`: the share that
    is drawn uniformly. With `explored` 0 an id of no uncertainty has no chance, and no chance of
    the draw is told. Raises CannotDraw.
    """
    if not 0 <= explored <= 1:
        raise CannotDraw("explored", "a share of 0 to 1")
    if sharpness <= 0:
        raise CannotDraw("sharpness", "more than 0")
    size = min(size, len(unsure))
    sizes = measured(unsure, explored, sharpness)
    if sum(size_of > 0 for size_of in sizes.values()) < size:
        raise CannotDraw(
            "explored",
            "the model is sure of almost everything here: give a share that is drawn at random",
        )
    chances = inclusion(sizes, size)
    drawn = systematic(chances, seed)
    reaches_all = all(chance > 0 for chance in chances.values())
    told = {"least_chance": min(chances.values(), default=0.0)}
    return Drawn(drawn, {pk: chances[pk] for pk in drawn} if reaches_all else None, told)


def measured(unsure: Mapping[int, float], explored: float, sharpness: float) -> dict[int, float]:
    """The size measure of each id: a mixture of the uniform one and that of uncertainty."""
    weights = {pk: value**sharpness for pk, value in unsure.items()}
    total = sum(weights.values())
    if not total:  # nothing is unsure: uniform
        return dict.fromkeys(unsure, 1.0)
    share = explored / len(unsure) if unsure else 0.0
    return {pk: share + (1 - explored) * weight / total for pk, weight in weights.items()}


def inclusion(sizes: Mapping[int, float], size: int) -> dict[int, float]:
    """Chances in proportion to `sizes`, none above 1, that sum to `size`.

    What would be above 1 is taken for certain, and the rest is shared out among the others, until
    none is above (Särndal, Swensson, Wretman 1992, 3.6.2).
    """
    chances: dict[int, float] = {}
    open_ = {pk: value for pk, value in sizes.items() if value > 0}
    chances.update(dict.fromkeys((pk for pk, value in sizes.items() if value <= 0), 0.0))
    left = size
    while open_:
        total = sum(open_.values())
        certain = [pk for pk, value in open_.items() if left * value >= total]
        if not certain:
            chances.update({pk: left * value / total for pk, value in open_.items()})
            break
        for pk in certain:
            chances[pk] = 1.0
            del open_[pk]
        left -= len(certain)
    return chances


def systematic(chances: Mapping[int, float], seed: int) -> list[int]:
    """One draw in which each id comes with exactly its chance; as many as the chances sum to."""
    rng = random.Random(seed)  # noqa: S311 - a sample, no secret
    order = sorted(chances)
    rng.shuffle(order)
    start, wanted = rng.random(), round(sum(chances.values()))
    drawn: list[int] = []
    reached = 0.0
    for pk in order:
        reached += chances[pk]
        # The sum of many parts may end a hair below a whole number.
        if len(drawn) < wanted and reached + 1e-9 > start + len(drawn):
            drawn.append(pk)
    rng.shuffle(drawn)
    return drawn
