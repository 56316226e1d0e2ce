"""One answer out of several: the majority, and the model of Dawid and Skene.

A. P. Dawid and A. M. Skene (1979), Maximum Likelihood Estimation of Observer Error-Rates Using the
EM Algorithm, Applied Statistics 28, 20-28. It weighs each person by how they differ from the rest:
somebody who takes neutral for negative counts less when they say neutral. By the library crowd-kit.

It is shown beside the answers, and nothing learns from it: with two or three answers a review and
some hundred reviews its probabilities are far too bold (`make bench BENCH=label_quality` tells how
often it is right where it is sure).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from annotation.quality.agreement import Rated

FEWEST = 50
"""Reviews with two answers below which people cannot be told apart, so that there is no model."""

_ROUNDS = 200
_UNTIL = 1e-7  # change of the log likelihood per answer


@dataclass(frozen=True, slots=True)
class Weighed:
    """By review: the most probable choice and its probability. By choice: its share of reviews."""

    answers: dict[int, tuple[str, float]]
    shares: dict[str, float]


def majority(answers: Iterable[str]) -> str | None:
    """The answer given most often; None at a tie, or without any."""
    first, *rest = Counter(answers).most_common(2) or [("", 0)]
    tied = bool(rest) and rest[0][1] == first[1]
    return None if tied or not first[1] else first[0]


def dawid_skene(rated: Iterable[tuple[int, int, str]]) -> Weighed:
    """From (review, person, choice), a person maybe twice. Raises ValueError without any.

    Imports pandas: for workers and commands, never for the web process.
    """
    import warnings

    import pandas as pd
    from crowdkit.aggregation import DawidSkene

    rows = list(rated)
    if not rows:
        raise ValueError("no answers to weigh")
    frame = pd.DataFrame(rows, columns=["task", "worker", "label"])
    with warnings.catch_warnings():
        # It calls pandas in ways that the next version of pandas takes away: not for us to mend.
        warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"crowdkit\.")
        fitted = DawidSkene(n_iter=_ROUNDS, tol=_UNTIL).fit(frame)
    probabilities, shares = fitted.probas_, fitted.priors_
    assert probabilities is not None and shares is not None  # noqa: S101, PT018 - it was fitted
    best = {int(task): str(key) for task, key in probabilities.idxmax(axis=1).items()}
    return Weighed(
        {task: (key, float(probabilities.loc[task, key])) for task, key in best.items()},
        {str(key): float(value) for key, value in shares.items()},
    )


def weighed(rated: Rated) -> Weighed | None:
    """The model over the reviews with two answers or more; None below FEWEST of them.

    Single answers stay out: nothing says whether to believe them.
    """
    several = {pk: said for pk, said in rated.items() if len(said) > 1}
    if len(several) < FEWEST:
        return None
    return dawid_skene(
        (pk, person, choice) for pk, said in several.items() for person, choice in said.items()
    )
