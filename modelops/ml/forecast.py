"""From labels to what can be said of more of them; JSON-ready."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from modelops.ml import learning_curve, power_law
from modelops.ml.learning_curve import FEWEST_JUDGED, Floats, Ints, Judged, Progress, TooFew
from modelops.ml.power_law import FARTHEST, PowerLaws

WORTH = 0.01
"""Of macro-F1: a gain below is hardly worth the labels."""
_STEPS = 12  # of the line beyond what was measured


@dataclass(frozen=True, slots=True)
class Labelled:
    """The rows of one question. `labels` [N]: -1 where there is none; `is_dev` [N]; `groups` and
    `langs` [N]; `share`: of newly labelled reviews, how many are learned from."""

    features: Floats
    labels: Ints
    groups: Sequence[int]
    langs: Sequence[str]
    is_dev: npt.NDArray[np.bool_]
    choices: int
    share: float


def forecast(
    data: Labelled,
    more: Sequence[int],
    progress: Progress = lambda done, total: None,
    repeats: int = learning_curve.REPEATS,
) -> dict[str, Any]:
    """What was measured and what is foretold of `more` labelled reviews; `verdict` too_few where
    nothing can be.

    `learned`: labels that a training learns from now. `points`: measured; `line`: foretold from
    there on; `forecasts`: the gain by so many more. Scores in [0, 1], with 95 % intervals.
    """
    known = data.labels >= 0
    told: dict[str, Any] = {
        "labels": int(known.sum()),
        "learned": int((known & ~data.is_dev).sum()),
    }
    try:
        found = learning_curve.judged(
            data.features,
            data.labels,
            data.groups,
            data.is_dev,
            data.choices,
            repeats,
            progress,
        )
    except TooFew:
        return told | {"verdict": "too_few"}
    told |= {"how": found.how, "judged": len(found.gold)}
    told |= _said(data, found, more, told["learned"], None)
    langs = np.array(data.langs)[found.rows]
    told["languages"] = {}
    for lang in sorted(set(langs.tolist())):
        of = langs == lang
        told["languages"][lang] = {"judged": int(of.sum())} | (
            _said(data, found, more, told["learned"], of)
            if of.sum() >= FEWEST_JUDGED
            else {"verdict": "too_few"}
        )
    return told


def _said(data: Labelled, found: Judged, more: Sequence[int], now: int, of: Any) -> dict[str, Any]:
    scores = learning_curve.scores(found, data.choices, data.groups, of)
    bounds = np.quantile(scores[1:], [0.025, 0.975], axis=0)
    points = [
        {"n": n, "value": float(value), "low": float(low), "high": float(high)}
        for n, value, low, high in zip(found.sizes, scores[0], *bounds, strict=True)
    ]
    law, farthest = power_law.fit(found.sizes, scores), FARTHEST * found.sizes[-1]
    forecasts = [
        dict(zip(("gain", "low", "high"), law.between(now, now + data.share * each), strict=True))
        | {"more": each, "learned": round(data.share * each)}
        for each in sorted(set(more))
        if now + data.share * each <= farthest
    ]
    return {"points": points, "forecasts": forecasts, "line": _line(law, found.sizes[-1], farthest)}


def _line(law: PowerLaws, begin: float, end: float) -> list[dict[str, float]]:
    return [
        {"n": float(round(n)), **dict(zip(("value", "low", "high"), law.value(n), strict=True))}
        for n in np.linspace(begin, end, _STEPS)
    ]


def verdict(
    forecasts: Sequence[Mapping[str, float]], wanted: int
) -> tuple[str, Mapping[str, float] | None]:
    """What is to be said of `wanted` more labelled reviews, and the forecast that it rests on.

    helps: so many (or the most below that can be foretold) bring WORTH, and half of it is all but
    sure. slowly: it takes the more of the forecast. hardly: as far as can be foretold it is all but
    sure that they bring less. unclear: anything between. too_few: nothing is foretold.
    """
    rising = sorted(forecasts, key=_more)
    now = max((one for one in rising if one["more"] <= wanted), key=_more, default=None)
    if now is None:
        return "too_few", None
    if _is_worth(now):
        return "helps", now
    for one in rising:
        if one["more"] > now["more"] and _is_worth(one):
            return "slowly", one
    farthest = rising[-1]
    if farthest["high"] < WORTH:
        return "hardly", farthest
    return "unclear", now if now["high"] >= WORTH else farthest


def _more(one: Mapping[str, float]) -> float:
    return one["more"]


def _is_worth(one: Mapping[str, float]) -> bool:
    return one["gain"] >= WORTH and one["low"] >= WORTH / 2
