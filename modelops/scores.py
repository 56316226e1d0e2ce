"""What the models say of reviews, for designs of batches that draw by it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from accounts.models import Store
from annotation import scores
from modelops.models import ModelVersion, Prediction, TextEmbedding
from modelops.selectors import champion
from modelops.selectors.questions import question_specs, questions_active
from reviews.models import Purpose
from reviews.selectors import revisions_for

_CHUNK = 5000
_COVERED = ("en", "zh")  # languages that the lexicon has words for


def _probabilities(review_ids: Collection[int]) -> dict[int, scores.Probabilities]:
    model = champion()
    if model is None:
        return {}
    keys = {
        question.pk: (question.key, [choice.key for choice in question.choices.all()])
        for question in questions_active()
    }
    found: dict[int, dict[str, dict[str, float]]] = defaultdict(dict)
    rows = _answers(model, review_ids).values_list(
        "revision__review", "question_id", "probabilities"
    )
    for review, question, probabilities in rows:
        if question in keys:
            key, choices = keys[question]
            found[review][key] = dict(zip(choices, probabilities, strict=False))
    return dict(found)


def _answers(model: ModelVersion, review_ids: Collection[int]) -> Any:
    return Prediction.objects.filter(
        model=model, revision__is_current=True, revision__review__in=review_ids
    )


def _chosen(model: ModelVersion, review_ids: Collection[int]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = defaultdict(dict)
    rows = _answers(model, review_ids).filter(question__active=True)
    for review, question, choice in rows.values_list(
        "revision__review", "question__key", "choice__key"
    ):
        found[review][question] = choice
    return found


def _embeddings(review_ids: Collection[int]) -> tuple[Sequence[int], Any]:
    model, ids, vectors = champion(), [], []
    wanted = sorted(review_ids) if model is not None else []
    for start in range(0, len(wanted), _CHUNK):
        rows = TextEmbedding.objects.filter(
            model=model,
            revision__is_current=True,
            revision__review__in=wanted[start : start + _CHUNK],
        ).values_list("revision__review", "vector")
        for review, vector in rows.order_by("revision__review"):
            ids.append(review)
            vectors.append(np.asarray(vector, dtype=np.float32))
    return ids, np.stack(vectors) if vectors else np.empty((0, 0), dtype=np.float32)


def _disagreement(review_ids: Collection[int], against: str) -> dict[int, float]:
    model = champion()
    if model is None:
        return {}
    ids = sorted(review_ids)
    found: dict[int, float] = {}
    for start in range(0, len(ids), _CHUNK):
        some = ids[start : start + _CHUNK]
        mine = _chosen(model, some)
        for said in _others(some, against):
            for review, answers in said.items():
                both = answers.keys() & mine.get(review, {}).keys()
                if both:
                    apart = sum(answers[key] != mine[review][key] for key in both) / len(both)
                    # Of several shadows the one that differs most.
                    found[review] = max(apart, found.get(review, 0.0))
    return found


def _others(review_ids: Collection[int], against: str) -> list[dict[int, dict[str, str]]]:
    if against == "lexicon":
        return [_by_lexicon(review_ids)]
    shadows = ModelVersion.objects.filter(state=ModelVersion.State.SHADOW)
    return [_chosen(model, review_ids) for model in shadows]


def _by_lexicon(review_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """What the word lists answer; silent about languages they have no words for."""
    from modelops.ml.baselines.lexicon import Lexicon

    rows = list(
        revisions_for(Purpose.LABEL, Store.objects.all())
        .filter(review__in=review_ids, review__language__in=_COVERED)
        .values_list("review_id", "text", "review__language")
    )
    if not rows:
        return {}
    specs = question_specs([question.key for question in questions_active()])
    lexicon = Lexicon(specs)
    choices = {spec.key: spec.choices for spec in specs}
    _, texts, languages = zip(*rows, strict=True)
    said = lexicon.predict_proba(list(texts), list(languages))
    return {
        review: {key: choices[key][int(said[key][at].argmax())] for key in lexicon.keys}
        for at, (review, _, _) in enumerate(rows)
    }


def register() -> None:
    scores.register("models", scores.Scores(_probabilities, _embeddings, _disagreement))
