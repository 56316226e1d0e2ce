"""Which labels look like mistakes to models that have not learned from them.

Each text is predicted by models fitted on the other folds, near-identical texts in one fold, so
that no label vouches for itself; then confident learning ranks the labels: C. Northcutt, L. Jiang
and I. Chuang (2021), Confident Learning, JAIR 70, 1373-1411, by the library cleanlab.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from modelops.ml.baselines.tfidf import TfidfLogistic
from modelops.ml.spec import Example, QuestionSpec

Probs = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]

FOLDS = 5
FEWEST = 50  # labels of one question in one language
_BATCH = 64  # texts embedded at once
_TOKENS = 128  # of a text that are read


@dataclass(frozen=True, slots=True)
class Doubt:
    """`at`: place of the example; `score`: 0 to 1, how far its label is to be believed; `other`:
    how far the most probable other choice is."""

    at: int
    given: str
    suggested: str
    score: float
    other: float

    @property
    def is_likelier(self) -> bool:
        """Whether another choice is more probable than the label."""
        return self.other > self.score


def doubts(
    examples: Sequence[Example],
    question: QuestionSpec,
    groups: Sequence[int],
    vectors: Floats | None = None,
    progress: Progress = lambda done, total: None,
) -> list[Doubt]:
    """All labels of `question`, the least believed first; empty where there are too few.

    `groups`: a number per example, equal for texts that may not vouch for each other. `vectors`:
    where a model that learned from none of the labels places the texts, [N, width]; word counts
    are used in any case.
    """
    from cleanlab.rank import get_label_quality_scores

    index = {choice: at for at, choice in enumerate(question.choices)}
    known = [at for at, one in enumerate(examples) if one.answers.get(question.key) in index]
    langs = Counter(examples[at].lang for at in known)
    kept = [at for at in known if langs[examples[at].lang] >= FEWEST]
    if not kept:
        return []
    labels = np.array([index[str(examples[at].answers[question.key])] for at in kept], np.int64)
    chosen = [examples[at] for at in kept]
    folds = _folds([groups[at] for at in kept])
    probs = _words(chosen, question, folds, progress)
    if vectors is not None:
        probs = (probs + _places(vectors[kept], labels, len(question.choices), folds)) / 2
    scores = get_label_quality_scores(labels, probs, method="self_confidence")
    best = _other_best(probs, labels)
    return [
        Doubt(
            kept[at],
            question.choices[labels[at]],
            question.choices[best[at]],
            float(scores[at]),
            float(probs[at, best[at]]),
        )
        for at in np.argsort(scores, kind="stable")
    ]


def _other_best(probs: Probs, labels: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The most probable choice other than the label."""
    others = probs.copy()
    others[np.arange(len(labels)), labels] = -1
    return np.asarray(others.argmax(axis=1), np.int64)


def _folds(groups: Sequence[int]) -> npt.NDArray[np.int64]:
    """Whole groups to the smallest fold so far, in an order drawn by a fixed seed."""
    names, where, sizes = np.unique(np.array(groups), return_inverse=True, return_counts=True)
    fold_of, filled = np.zeros(len(names), np.int64), [0] * FOLDS
    for name in np.random.default_rng(13).permutation(len(names)):
        smallest = filled.index(min(filled))
        fold_of[name] = smallest
        filled[smallest] += int(sizes[name])
    return np.asarray(fold_of[where], np.int64)


def _words(
    examples: Sequence[Example],
    question: QuestionSpec,
    folds: npt.NDArray[np.int64],
    progress: Progress,
) -> Probs:
    """Out-of-sample probabilities by word counts. [N, choices]"""
    out = np.full((len(examples), len(question.choices)), 1 / len(question.choices))
    for fold in range(FOLDS):
        model = TfidfLogistic(
            [examples[at] for at in np.flatnonzero(folds != fold).tolist()], [], [question]
        )
        held = np.flatnonzero(folds == fold)
        asked = [examples[at] for at in held.tolist()]
        if asked:
            found = model.predict_proba([e.text for e in asked], [e.lang for e in asked])
            out[held] = found[question.key]
        progress(fold + 1, FOLDS)
    return out


def _places(
    vectors: Floats, labels: npt.NDArray[np.int64], choices: int, folds: npt.NDArray[np.int64]
) -> Probs:
    """Out-of-sample probabilities by where the texts stand. [N, choices]"""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    out = np.full((len(labels), choices), 1 / choices)
    for fold in range(FOLDS):
        learned, held = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        if len(held) and len(np.unique(labels[learned])) > 1:
            model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=500))
            model.fit(vectors[learned], labels[learned])
            out[held] = 0.0
            out[np.ix_(held, model.classes_)] = model.predict_proba(vectors[held])
    return out


def base_vectors(
    texts: Sequence[str], base: str, cache_dir: Path, progress: Progress = lambda done, total: None
) -> Floats:
    """Where the base model places texts, before any training: means over tokens, of length 1.

    Not the champion: it has learned from the labels, mistakes and all. Raises
    BaseModelUnavailable.
    """
    import torch
    from tokenizers import Tokenizer
    from transformers import AutoModel

    from modelops.ml.resolve import resolve

    found = resolve(base, cache_dir)
    tokenizer = Tokenizer.from_file(str(found.folder / "tokenizer.json"))
    tokenizer.enable_truncation(_TOKENS)
    model = AutoModel.from_pretrained(str(found.folder)).eval()
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    out: list[npt.NDArray[np.float32]] = [np.zeros(0, np.float32)] * len(texts)
    with torch.inference_mode():
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            ids = [tokenizer.encode(found.prefix + texts[at]).ids for at in rows]
            width = max(map(len, ids))
            mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in ids])
            padded = torch.tensor([row + [0] * (width - len(row)) for row in ids])
            states = model(input_ids=padded, attention_mask=mask).last_hidden_state
            mean = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
            for at, vector in zip(rows, torch.nn.functional.normalize(mean, dim=-1), strict=True):
                out[at] = vector.numpy()
            progress(start + len(rows), len(order))
    return np.stack(out)
