"""Every review with the same chance."""

from __future__ import annotations

import random
from collections.abc import Sequence

from annotation.services.sampling.drawn import Drawn


def uniform(ids: Sequence[int], size: int, seed: int) -> Drawn:
    """A simple random sample without replacement: each of `ids` has the chance size / len(ids)."""
    size = min(size, len(ids))
    drawn = random.Random(seed).sample(list(ids), size)  # noqa: S311 - a sample, no secret
    return Drawn(drawn, dict.fromkeys(drawn, size / len(ids)) if drawn else {})
