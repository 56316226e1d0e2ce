"""May a candidate replace what is there? Only if it beats every baseline, everywhere.

"Everywhere" = for each question and each language macro-F1 on the dev split is above that of each
baseline which covers them. The verdict is data; pages and commands put it into words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from . import metrics

Probs = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison. `difference` = candidate - baseline in macro-F1, with its 95 % interval.

    The interval (paired bootstrap) is told, not asked: with a small dev split it may hold 0.
    """

    question: str
    language: str
    baseline: str
    n: int
    candidate: float
    reference: float
    difference: float
    low: float
    high: float
    passed: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """`passed` is True only when there was something to compare and every check passed."""

    passed: bool
    checks: tuple[Check, ...]

    @property
    def failures(self) -> tuple[Check, ...]:
        """The comparisons that the candidate lost or tied."""
        return tuple(check for check in self.checks if not check.passed)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return {"passed": self.passed, "checks": [asdict(check) for check in self.checks]}


def judge(
    gold: Mapping[str, npt.NDArray[np.int64]],
    langs: Sequence[str],
    candidate: Probs,
    baselines: Mapping[str, Probs],
    choices: Mapping[str, int],
) -> Verdict:
    """Compare on the dev split.

    `gold[question]` [N] choice numbers, negative = no label. `candidate[question]` and
    `baselines[name][question]` [N, C]; a baseline leaves out questions it does not know, and has
    NaN rows for languages it does not cover. `choices[question]` = C.
    """
    where = np.array(langs)
    checks = []
    for question, labels in gold.items():
        for lang in sorted(set(langs)):
            rows = (where == lang) & (labels >= 0)
            for name, found in sorted(baselines.items()):
                if question not in found or not rows.any():
                    continue
                reference = found[question][rows]
                if np.isnan(reference).any():
                    continue
                checks.append(
                    _check(
                        (question, lang, name),
                        labels[rows],
                        candidate[question][rows].argmax(axis=1),
                        reference.argmax(axis=1),
                        choices[question],
                    )
                )
    return Verdict(bool(checks) and all(check.passed for check in checks), tuple(checks))


def _check(
    about: tuple[str, str, str],
    gold: npt.NDArray[np.int64],
    mine: npt.NDArray[np.int64],
    theirs: npt.NDArray[np.int64],
    choices: int,
) -> Check:
    difference, low, high = metrics.bootstrap_difference(gold, mine, theirs, choices, runs=1000)
    return Check(
        *about,
        n=len(gold),
        candidate=metrics.macro_f1(gold, mine, choices),
        reference=metrics.macro_f1(gold, theirs, choices),
        difference=difference,
        low=low,
        high=high,
        passed=difference > 0,
    )
