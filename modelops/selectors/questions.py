from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from annotation.models import Question
from annotation.selectors.label_sets import routes
from modelops.errors import UnknownQuestion
from modelops.ml.spec import QuestionSpec
from modelops.models import ModelVersion


def questions_active() -> QuerySet[Question]:
    """The questions asked now, with their choices, in order."""
    return Question.objects.filter(active=True).prefetch_related("choices")


def questions_named(keys: Sequence[str]) -> list[Question]:
    """The active questions called `keys`, in their own order. Raises UnknownQuestion."""
    known = {question.key: question for question in questions_active()}
    unknown = [key for key in keys if key not in known]
    if unknown:
        raise UnknownQuestion(
            f"There is no question {unknown[0]!r}; the questions are {', '.join(known)}."
        )
    return [question for key, question in known.items() if key in keys]


def questions_trained(model: ModelVersion | None) -> list[str]:
    """What a successor of `model` is to answer: what it answers and is still asked; without one,
    all that is asked."""
    active = [question.key for question in questions_active()]
    return [key for key in active if model is None or key in model.questions]


def question_specs(keys: Sequence[str]) -> list[QuestionSpec]:
    """The same for the machine-learning core. Raises UnknownQuestion."""
    return [
        QuestionSpec(question.key, tuple(choice.key for choice in question.choices.all()))
        for question in questions_named(keys)
    ]


def choices_lost(model: ModelVersion) -> dict[str, list[str]]:
    """By question the choices `model` was trained on whose answers lead nowhere any more."""
    found = {}
    for key in model.questions:
        scored = model.metrics.get("dev", {}).get(key, {}).get("per_label", {})
        known = {*scored, *model.run.snapshot.counts.get("labels", {}).get(key, {})}
        ways = routes(key, "models")
        if gone := sorted(choice for choice in known if ways.get(choice) is None):
            found[key] = gone
    return found
