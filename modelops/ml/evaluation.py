"""Any predictor against labelled examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from . import metrics
from .errors import LanguageNotCovered
from .spec import Example, QuestionSpec

UNLABELLED = -1


class Predictor(Protocol):
    """What every model and every baseline offers."""

    def predict_proba(
        self, texts: Sequence[str], langs: Sequence[str]
    ) -> Mapping[str, npt.NDArray[Any]]:
        """Probabilities by question key, [N, choices], rows in the order of `texts`.

        Raises LanguageNotCovered when it has nothing to say about a language among `langs`.
        """
        ...


def gold(examples: Sequence[Example], question: QuestionSpec) -> npt.NDArray[np.int64]:
    """Choice numbers [N]; UNLABELLED where there is no answer."""
    index = {choice: at for at, choice in enumerate(question.choices)}
    answers = [example.answers.get(question.key) for example in examples]
    return np.array([UNLABELLED if a is None else index[a] for a in answers], np.int64)


def probabilities(
    predictor: Predictor, examples: Sequence[Example], questions: Sequence[QuestionSpec]
) -> dict[str, npt.NDArray[Any]]:
    """As `predict_proba`, asked language by language; NaN rows where one is not covered."""
    out: dict[str, npt.NDArray[Any]] = {}
    langs = np.array([example.lang for example in examples])
    sizes = {q.key: len(q.choices) for q in questions}
    for lang in sorted(set(langs.tolist())):
        rows = np.flatnonzero(langs == lang).tolist()
        texts = [examples[row].text for row in rows]
        try:
            found = predictor.predict_proba(texts, [lang] * len(texts))
        except LanguageNotCovered:
            continue
        for key, values in found.items():
            if key in sizes:
                blank = np.full((len(examples), sizes[key]), np.nan)
                out.setdefault(key, blank)[rows] = values
    return out


def scores(
    probs: Mapping[str, npt.NDArray[Any]],
    examples: Sequence[Example],
    questions: Sequence[QuestionSpec],
) -> dict[str, metrics.Scores]:
    """Scores by question over the rows that have both a label and an answer."""
    out = {}
    for question in questions:
        if question.key not in probs:
            continue
        labels, values = gold(examples, question), probs[question.key]
        rows = np.flatnonzero((labels >= 0) & ~np.isnan(values).any(axis=1)).tolist()
        langs = [examples[row].lang for row in rows]
        if len(rows):
            out[question.key] = metrics.score(labels[rows], values[rows], question.choices, langs)
    return out
