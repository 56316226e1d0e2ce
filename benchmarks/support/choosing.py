"""Ways to choose which of the unlabelled texts are labelled next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from annotation.services.sampling.uncertain import uncertain

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Way = Callable[[Floats, Any, Ints, int, int], list[int]]
"""(probabilities of the open ones [N, K], their features, their places, how many, seed)"""

_MANY = 5  # times as many unsure ones as are wanted, for those that spread them


def margin(shares: Floats, features: Any, places: Ints, wanted: int, seed: int) -> list[int]:
    """The two likeliest answers lie closest together (Scheffer et al. 2001)."""
    return _first(_margins(shares), places, wanted)


def entropy(shares: Floats, features: Any, places: Ints, wanted: int, seed: int) -> list[int]:
    return _first((shares * np.log(np.clip(shares, 1e-12, 1))).sum(axis=1), places, wanted)


def drawn(shares: Floats, features: Any, places: Ints, wanted: int, seed: int) -> list[int]:
    """As batches are drawn: with known chances, a fifth of them uniformly."""
    unsure = dict(zip(places.tolist(), 1 - _margins(shares), strict=True))
    return uncertain(unsure, wanted, seed).ids


def mild(shares: Floats, features: Any, places: Ints, wanted: int, seed: int) -> list[int]:
    """The same with chances in proportion to how unsure the model is."""
    unsure = dict(zip(places.tolist(), 1 - _margins(shares), strict=True))
    return uncertain(unsure, wanted, seed, sharpness=1.0).ids


def half(shares: Floats, features: Any, places: Ints, wanted: int, seed: int) -> list[int]:
    """One half by margin, the other uniformly."""
    chosen = margin(shares, features, places, wanted // 2, seed)
    rest = np.setdiff1d(places, chosen)
    rng = np.random.default_rng(seed)
    return chosen + rng.choice(rest, wanted - len(chosen), replace=False).tolist()


def spread(shares: Floats, features: Any, places: Ints, wanted: int, seed: int) -> list[int]:
    """Of the least sure, one from each of as many clusters as are wanted."""
    from sklearn.cluster import MiniBatchKMeans

    margins = _margins(shares)
    near = np.argsort(margins, kind="stable")[: _MANY * wanted]
    clusters = MiniBatchKMeans(wanted, n_init=1, random_state=seed).fit_predict(features[near])
    firsts = [int(np.flatnonzero(clusters == one)[0]) for one in np.unique(clusters)]
    others = [at for at in range(len(near)) if at not in set(firsts)]
    return places[near[(firsts + others)[:wanted]]].tolist()


WAYS: Mapping[str, Way] = {
    "margin": margin,
    "entropy": entropy,
    "spread": spread,
    "half": half,
    "drawn": drawn,
    "mild": mild,
}


def _margins(shares: Floats) -> Floats:
    likeliest = np.sort(shares, axis=1)
    found: Floats = likeliest[:, -1] - likeliest[:, -2]
    return found


def _first(values: Floats, places: Ints, wanted: int) -> list[int]:
    found: list[int] = places[np.argsort(values, kind="stable")[:wanted]].tolist()
    return found
