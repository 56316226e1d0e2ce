"""TF-IDF with logistic regression: what a good afternoon without a neural network gives.

One model per question and language, since the features of two scripts have nothing in common.
Chinese: character 1- to 3-grams. Others: word 1- and 2-grams with character 2- to 5-grams inside
words. C and class weighting are chosen by macro-F1 on dev, as the candidate's epoch is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from modelops.ml import metrics
from modelops.ml.errors import LanguageNotCovered
from modelops.ml.spec import Example, QuestionSpec

GRID = tuple((c, balance) for c in (1.0, 8.0) for balance in (None, "balanced"))
_FEWEST_ROWS = 10
_WORD = r"\b\w+\b"  # one-letter words too

Probs = npt.NDArray[np.float64]


class TfidfLogistic:
    """Fits on construction. Languages with fewer than 10 training rows are not covered."""

    def __init__(
        self,
        train: Sequence[Example],
        dev: Sequence[Example],
        questions: Sequence[QuestionSpec],
        seed: int = 13,
    ) -> None:
        self._questions = tuple(questions)
        self._parts: dict[str, tuple[Any, dict[str, _Head]]] = {}
        for lang in sorted({example.lang for example in train}):
            rows = [example for example in train if example.lang == lang]
            if len(rows) < _FEWEST_ROWS:
                continue
            features = features_of(lang)
            x = features.fit_transform([example.text for example in rows])
            held = [example for example in dev if example.lang == lang]
            x_dev = features.transform([example.text for example in held]) if held else None
            heads = {
                q.key: _Head(q, _labels(rows, q), x, _labels(held, q), x_dev, seed)
                for q in self._questions
            }
            self._parts[lang] = (features, heads)

    def predict_proba(self, texts: Sequence[str], langs: Sequence[str]) -> dict[str, Probs]:
        """Probabilities by question, [N, choices]. Raises LanguageNotCovered."""
        for lang in set(langs) - set(self._parts):
            raise LanguageNotCovered(f"TF-IDF was not fitted on {lang!r}")
        out = {q.key: np.zeros((len(texts), len(q.choices))) for q in self._questions}
        where = np.array(langs)
        for lang in set(langs):
            rows = np.flatnonzero(where == lang).tolist()
            features, heads = self._parts[lang]
            x = features.transform([texts[row] for row in rows])
            for key, head in heads.items():
                out[key][rows] = head.predict(x)
        return out


class _Head:
    """Logistic regression for one question; one constant answer when training saw only one."""

    def __init__(
        self,
        question: QuestionSpec,
        labels: npt.NDArray[np.int64],
        x: Any,
        dev_labels: npt.NDArray[np.int64],
        x_dev: Any,
        seed: int,
    ) -> None:
        self._choices = len(question.choices)
        known = np.flatnonzero(labels >= 0)
        seen = np.unique(labels[known])
        self._model: Any = None
        self._constant = int(seen[0]) if len(seen) else 0
        if len(seen) < 2:
            return
        held = np.flatnonzero(dev_labels >= 0)
        best = -1.0
        for c, balance in GRID:
            model = _logistic(c, balance, seed).fit(x[known], labels[known])
            if not len(held):
                self._model = model
                return
            guess = model.predict(x_dev[held])
            found = metrics.macro_f1(dev_labels[held], guess, self._choices)
            if found > best:
                best, self._model = found, model

    def predict(self, x: Any) -> Probs:
        out = np.zeros((x.shape[0], self._choices))
        if self._model is None:
            out[:, self._constant] = 1.0
        else:
            out[:, self._model.classes_] = self._model.predict_proba(x)
        return out


def _logistic(c: float, balance: str | None, seed: int) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=c, class_weight=balance, max_iter=300, random_state=seed)


def features_of(lang: str) -> Any:
    """Counts of words and characters that suit the language; not fitted."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_union

    common = {"sublinear_tf": True, "min_df": 2, "max_features": 60_000, "dtype": np.float32}
    if lang == "zh":
        return TfidfVectorizer(analyzer="char", ngram_range=(1, 3), **common)
    return make_union(
        TfidfVectorizer(analyzer="word", ngram_range=(1, 2), token_pattern=_WORD, **common),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), **common),
    )


def _labels(examples: Sequence[Example], question: QuestionSpec) -> npt.NDArray[np.int64]:
    index = {choice: at for at, choice in enumerate(question.choices)}
    answers = [example.answers.get(question.key) for example in examples]
    return np.array([-1 if a is None else index[a] for a in answers], np.int64)
