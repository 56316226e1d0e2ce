"""Reviews that something points at (words, or models and people who disagree), the rest never."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence

from annotation.services.sampling.drawn import CannotDraw, Drawn


def keyword(hits: Sequence[int], size: int, seed: int) -> Drawn:
    """Uniformly from the reviews that have the words. What has none of them has no chance."""
    if not hits:
        raise CannotDraw("words", "no review here has these words; try others")
    drawn = random.Random(seed).sample(  # noqa: S311 - a sample, no secret
        list(hits), min(size, len(hits))
    )
    return Drawn(drawn, None, {"hits": len(hits)})


def disagreement(degrees: Mapping[int, float], size: int, seed: int) -> Drawn:
    """Those about which there is most disagreement first, those alike in random order.

    degrees: by id how far the answers are apart, 0 for agreement (never drawn).
    """
    levels: dict[float, list[int]] = defaultdict(list)
    for pk in sorted(degrees):
        if degrees[pk] > 0:
            levels[degrees[pk]].append(pk)
    if not levels:
        raise CannotDraw("against", "nobody disagrees about these reviews; use another design")
    rng = random.Random(seed)  # noqa: S311 - a sample, no secret
    drawn: list[int] = []
    for degree in sorted(levels, reverse=True):
        rng.shuffle(levels[degree])
        drawn += levels[degree]
    return Drawn(drawn[:size], None, {"disagreed": len(drawn)})
