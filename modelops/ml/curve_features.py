"""Rows of numbers for texts: what their words are about, and where the base model places them.

Nothing here has seen a label.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_TOPICS = 256  # numbers that stand for the words of a text
_LEARNED_FROM = 5000  # texts from which they are found


def curve_features(texts: Sequence[str], langs: Sequence[str], vectors: Any = None) -> Floats:
    """[N, width], each of length about 1. `vectors` [N, width]: of `label_errors.base_vectors`."""
    words = _by_words(texts, langs)
    if vectors is None:
        return words
    placed = np.asarray(vectors, np.float64)
    # They all lie close together; what sets them apart counts.
    placed = (placed - placed.mean(axis=0)) / np.maximum(placed.std(axis=0), 1e-9)
    return np.hstack([words, _unit(placed)]) / 2**0.5


def _by_words(texts: Sequence[str], langs: Sequence[str]) -> Floats:
    """Word counts (see `baselines.tfidf`) in fewer numbers: latent semantic analysis, language by
    language, as two scripts share no words."""
    where = np.array(langs)
    blocks = []
    for lang in sorted(set(langs)):
        rows = np.flatnonzero(where == lang)
        found = _of_language([texts[row] for row in rows.tolist()], lang)
        block = np.zeros((len(texts), found.shape[1]))
        block[rows] = found
        blocks.append(block)
    return np.hstack(blocks)


def _of_language(texts: list[str], lang: str) -> Floats:
    from sklearn.decomposition import TruncatedSVD

    from modelops.ml.baselines.tfidf import features_of

    counted = features_of(lang)
    rng = np.random.default_rng(3)
    some = texts
    if len(texts) > _LEARNED_FROM:
        some = [texts[at] for at in rng.choice(len(texts), _LEARNED_FROM, replace=False).tolist()]
    try:
        learned = counted.fit_transform(some)
    except ValueError:  # no word stands in two texts
        return np.zeros((len(texts), 1))
    width = min(_TOPICS, learned.shape[1] - 1, len(some) - 1)
    if width < 1:
        return np.zeros((len(texts), 1))
    topics = TruncatedSVD(width, algorithm="randomized", n_iter=3, random_state=3).fit(learned)
    return _unit(np.asarray(topics.transform(counted.transform(texts)), np.float64))


def _unit(rows: Floats) -> Floats:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
