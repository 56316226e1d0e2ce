"""So many of each group: the frame is split into strata, each is drawn from at random."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Mapping

from annotation.services.sampling.drawn import CannotDraw, Drawn

ALLOCATIONS = ("proportional", "equal", "neyman")
_ROUNDS = 100


def stratified(
    strata: Mapping[int, str],
    size: int,
    seed: int,
    allocation: str = "proportional",
    spreads: Mapping[str, float] | None = None,
) -> Drawn:
    """A simple random sample in each stratum; `strata` gives the stratum of each id.

    The chance of an id is n_h / N_h of its stratum: never 0, since each stratum gives at least
    one. `spreads`: for the allocation "neyman" the standard deviation of what is estimated, by
    stratum. Raises CannotDraw when `size` is smaller than the number of strata.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for pk, stratum in strata.items():
        groups[stratum].append(pk)
    sizes = {stratum: len(ids) for stratum, ids in groups.items()}
    counts = allocate(sizes, size, allocation, spreads)
    rng = random.Random(seed)  # noqa: S311 - a sample, no secret
    chances: dict[int, float] = {}
    for stratum in sorted(groups):
        for pk in rng.sample(sorted(groups[stratum]), counts[stratum]):
            chances[pk] = counts[stratum] / sizes[stratum]
    drawn = list(chances)
    # Mixed, so that people do not label one group after the other.
    rng.shuffle(drawn)
    told = {stratum: [counts[stratum], sizes[stratum]] for stratum in sorted(groups)}
    return Drawn(drawn, chances, {"groups": told})


def allocate(
    sizes: Mapping[str, int],
    size: int,
    allocation: str,
    spreads: Mapping[str, float] | None = None,
) -> dict[str, int]:
    """How many of each stratum, `size` together or all there are: at least 1, at most all of it.

    proportional: n_h in proportion to N_h. equal: as many of each. neyman: to N_h S_h (Neyman
    1934), which makes the error of an estimated mean least. A stratum that is used up passes its
    rest on to the others; what is left of a whole number goes to the largest remainders.
    """
    if allocation not in ALLOCATIONS:
        raise CannotDraw("allocation", f"choose one of {', '.join(ALLOCATIONS)}")
    size = min(size, sum(sizes.values()))
    if size < len(sizes):
        raise CannotDraw(
            "size", f"there are {len(sizes)} groups: draw at least that many, or make fewer groups"
        )
    weights = {one: _weight(allocation, n, one, spreads or {}) for one, n in sizes.items()}
    shares = _filled(sizes, size, weights)
    counts = {one: math.floor(share + 1e-9) for one, share in shares.items()}
    rest = sorted(
        (one for one in sizes if counts[one] < sizes[one]),
        key=lambda one: (counts[one] - shares[one], one),
    )
    for one in rest[: size - sum(counts.values())]:
        counts[one] += 1
    return counts


def _weight(allocation: str, count: int, stratum: str, spreads: Mapping[str, float]) -> float:
    if allocation == "equal":
        return 1.0
    if allocation == "proportional":
        return float(count)
    known = [one for one in spreads.values() if one > 0]
    # A group about which nothing is known is taken to vary as the others do.
    typical = sum(known) / len(known) if known else 1.0
    # Where a model sees no doubt at all it may be wrong: a tenth of the usual spread is kept.
    return count * max(spreads.get(stratum, typical), 0.1 * typical)


def _filled(sizes: Mapping[str, int], size: int, weights: Mapping[str, float]) -> dict[str, float]:
    """Shares in proportion to `weights`, within 1 and the size of each, that sum to `size`."""
    low, high = 0.0, max(n / weights[one] for one, n in sizes.items())
    for _ in range(_ROUNDS):
        factor = (low + high) / 2
        shares = {one: min(max(factor * weights[one], 1.0), float(n)) for one, n in sizes.items()}
        if sum(shares.values()) < size:
            low = factor
        else:
            high = factor
    return {one: min(max(high * weights[one], 1.0), float(n)) for one, n in sizes.items()}
