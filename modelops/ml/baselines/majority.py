"""The baseline that reads nothing: how often each choice was given in training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from modelops.ml.spec import Example, QuestionSpec


class Majority:
    """Shares of the choices by language, add-one smoothed; of all rows for a language unseen."""

    def __init__(self, examples: Sequence[Example], questions: Sequence[QuestionSpec]) -> None:
        langs = {example.lang for example in examples}
        self._shares = {
            q.key: {lang: _shares(examples, q, lang) for lang in [None, *sorted(langs)]}
            for q in questions
        }

    def predict_proba(
        self, texts: Sequence[str], langs: Sequence[str]
    ) -> dict[str, npt.NDArray[np.float64]]:
        """Probabilities by question, [N, choices]."""
        return {
            key: np.stack([by_lang.get(lang, by_lang[None]) for lang in langs])
            if langs
            else np.zeros((0, len(by_lang[None])))
            for key, by_lang in self._shares.items()
        }


def _shares(
    examples: Sequence[Example], question: QuestionSpec, lang: str | None
) -> npt.NDArray[np.float64]:
    counts = np.ones(len(question.choices))
    for example in examples:
        answer = example.answers.get(question.key)
        if answer is not None and (lang is None or example.lang == lang):
            counts[question.choices.index(answer)] += 1
    return np.asarray(counts / counts.sum(), dtype=np.float64)
