"""Whether the learning curve foretells what more labels bring: its interval against the truth.

A team's labels are drawn from the starter labels, the curve is measured on them alone, and what it
says of half as many and as many labels more is compared with what such sets of labels really reach,
on rows that nobody drew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.support.starter import starter_set
from modelops.ml import learning_curve, power_law
from modelops.ml.curve_features import curve_features
from modelops.splitting import near_identical
from taxonomy.questions import BY_KEY

OPTIONS: dict[str, int | str] = {"teams": 20, "labels": "250 500", "truths": 12}
Say = Callable[[str], None]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_MORE = (0.5, 1.0)  # times the labels that were learned from


def run(options: Mapping[str, Any], say: Say, note: Say) -> dict[str, float]:
    rows = starter_set()
    features = curve_features([one.text for one in rows], [one.lang for one in rows])
    groups = np.array(near_identical([one.text for one in rows]))
    held = np.isin(groups, np.unique(groups)[::3])  # a third, whole groups
    figures: dict[str, float] = {}
    every: list[tuple[float, float, bool]] = []
    for key, question in BY_KEY.items():
        labels = np.array([question.choice_keys.index(one.answers[key] or "") for one in rows])
        for count in map(int, str(options["labels"]).split()):
            data = _Data(features, labels, groups, held, len(question.choice_keys))
            found = _foretold(data, count, options["teams"], options["truths"])
            every += found
            figures |= _told(f"{key}.{count}", found, say)
    return figures | _told("all", every, say)


class _Data:
    def __init__(
        self,
        features: Floats,
        labels: Ints,
        groups: Ints,
        held: npt.NDArray[np.bool_],
        choices: int,
    ) -> None:
        self.features, self.labels, self.groups, self.choices = features, labels, groups, choices
        self.pool, self.held = np.flatnonzero(~held), np.flatnonzero(held)

    def score(self, learned: Ints) -> float:
        from modelops.ml.metrics import macro_f1

        told = learning_curve.ridge(
            self.features[learned], self.labels[learned], self.choices, self.features[self.held]
        )
        return macro_f1(self.labels[self.held], told, self.choices)


def _foretold(data: _Data, count: int, teams: int, truths: int) -> list[tuple[float, float, bool]]:
    """(what was foretold, what came, whether the interval holds it) for each team and horizon."""
    found: list[tuple[float, float, bool]] = []
    true: dict[tuple[int, float], float] = {}
    for team in range(teams):
        mine = np.random.default_rng([team, count]).permutation(data.pool)[:count]
        labels = data.labels[mine]
        none = np.zeros(count, bool)
        try:
            measured = learning_curve.judged(
                data.features[mine], labels, data.groups[mine].tolist(), none, data.choices
            )
        except learning_curve.TooFew:
            continue
        law = power_law.fit(
            measured.sizes,
            learning_curve.scores(measured, data.choices, data.groups[mine].tolist()),
        )
        now = measured.sizes[-1]
        for more in _MORE:
            gain, low, high = law.between(now, now * (1 + more))
            if (now, more) not in true:
                true[now, more] = _truth(data, now, round(now * (1 + more)), truths)
            found.append((gain, true[now, more], low <= true[now, more] <= high))
    return found


def _truth(data: _Data, before: int, after: int, truths: int) -> float:
    gains = []
    for seed in range(truths):
        order = np.random.default_rng([seed, 99]).permutation(data.pool)
        gains.append(data.score(order[:after]) - data.score(order[:before]))
    return float(np.mean(gains))


def _told(name: str, found: list[tuple[float, float, bool]], say: Say) -> dict[str, float]:
    if not found:
        return {}
    told, came = np.array([[one[0], one[1]] for one in found]).T
    figures = {
        "foretold": float(told.mean()),
        "came": float(came.mean()),
        "error": float(np.abs(told - came).mean()),
        "coverage": float(np.mean([one[2] for one in found])),
    }
    say(f"{name:24}" + "  ".join(f"{key} {value:.3f}" for key, value in figures.items()))
    return {f"{name}.{key}": value for key, value in figures.items()}
