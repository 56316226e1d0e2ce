"""Temperature scaling: one number per question that makes probabilities mean what they say.

Guo, Pleiss, Sun and Weinberger 2017, "On Calibration of Modern Neural Networks". Dividing all
logits by T never changes the answer, only how sure it looks.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .mentions import softmax
from .metrics import nll

LOWEST, HIGHEST = 0.2, 8.0
_FEWEST_ROWS = 20  # below this the minimum is noise


def fit_temperature(logits: npt.NDArray[np.float32], gold: npt.NDArray[Any]) -> float:
    """The T in [LOWEST, HIGHEST] with the least negative log-likelihood; 1.0 with few rows.

    logits [N, C], gold [N]. The likelihood is convex in 1 / T, so it has one valley in log T and
    golden-section search finds it (to 0.1 % here).
    """
    if len(gold) < _FEWEST_ROWS:
        return 1.0
    ratio = (5**0.5 - 1) / 2
    low, high = float(np.log(LOWEST)), float(np.log(HIGHEST))

    def cost(log_t: float) -> float:
        return nll(gold, apply(logits, float(np.exp(log_t))))

    while high - low > 1e-3:
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if cost(left) < cost(right):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def apply(logits: npt.NDArray[np.float32], temperature: float) -> npt.NDArray[np.float32]:
    """Probabilities [N, C] at a temperature > 0."""
    return softmax(np.asarray(logits / temperature, dtype=np.float32))
