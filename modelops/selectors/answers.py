"""What a model said about some revisions, as programs read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from modelops.models import ModelVersion, PredictedMention
from modelops.selectors.predictions import predictions_of
from modelops.selectors.questions import questions_active


@dataclass(slots=True)
class Said:
    """`answers`: label and calibrated probabilities by question key; `mentions`: spans with kind,
    scope and score, offsets in code points of the redacted text, end exclusive."""

    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    mentions: list[dict[str, Any]] = field(default_factory=list)


def said_by(model: ModelVersion, revision_ids: Collection[int]) -> dict[int, Said]:
    """By revision; one that the model has not answered yet is absent."""
    choices = {
        question.pk: [choice.key for choice in question.choices.all()]
        for question in questions_active()
    }
    found: dict[int, Said] = defaultdict(Said)
    for answer in predictions_of(model, revision_ids).order_by("question__order"):
        keys = choices.get(answer.question_id)
        if keys is not None:
            found[answer.revision_id].answers[answer.question.key] = {
                "label": answer.choice.key,
                "probabilities": dict(zip(keys, answer.probabilities, strict=False)),
            }
    marked = PredictedMention.objects.filter(model=model, revision__in=revision_ids)
    for mention in marked.order_by("start", "end"):
        if mention.revision_id in found:
            found[mention.revision_id].mentions.append(
                {
                    "start": mention.start,
                    "end": mention.end,
                    "kind": mention.kind,
                    "scope": mention.scope,
                    "score": mention.score,
                }
            )
    return dict(found)
