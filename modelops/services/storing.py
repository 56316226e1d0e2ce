"""Predictions as rows: ids and probabilities, in the order of the question's choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from modelops.errors import UnknownQuestion
from modelops.ml import spec
from modelops.models import ModelVersion, PredictedMention, Prediction
from modelops.selectors.questions import questions_named
from modelops.services.translating import translation_for


@dataclass(frozen=True, slots=True)
class _Question:
    pk: int
    choices: tuple[str, ...]
    choice_ids: Mapping[str, int]


class AnswerStore:
    """Turns a model's answers into rows, in the choices of now.

    A question whose choices changed so that some answer of the model leads nowhere is passed by.
    Raises UnknownQuestion when that leaves none: then none of its answers could be stored.
    """

    def __init__(self, model: ModelVersion, trained_on: Sequence[spec.QuestionSpec]) -> None:
        self._model = model
        self._questions: dict[str, _Question] = {}
        self._translation = translation_for(
            [question for question in trained_on if question.key in model.questions]
        )
        answered = [question.key for question in self._translation.questions]
        if not answered:
            raise UnknownQuestion(
                f"{model.label} was trained on other choices of {', '.join(model.questions)}; "
                "train anew."
            )
        for question in questions_named(answered):
            choices = list(question.choices.all())
            self._questions[question.key] = _Question(
                question.pk,
                tuple(choice.key for choice in choices),
                {choice.key: choice.pk for choice in choices},
            )

    def write(self, found: Mapping[int, spec.Prediction]) -> None:
        """Store what was found, by revision id. Rows that are there already stay as they are."""
        answers = [
            row
            for pk, one in found.items()
            for row in self._answers(pk, self._translation.prediction(one))
        ]
        marks = [row for pk, one in found.items() for row in self._mentions(pk, one)]
        Prediction.objects.bulk_create(answers, ignore_conflicts=True, batch_size=1000)
        PredictedMention.objects.bulk_create(marks, ignore_conflicts=True, batch_size=1000)

    def _answers(self, pk: int, found: spec.Prediction) -> list[Prediction]:
        rows = []
        for key, question in self._questions.items():
            answer = found.answers[key]
            rows.append(
                Prediction(
                    revision_id=pk,
                    question_id=question.pk,
                    model=self._model,
                    choice_id=question.choice_ids[answer.label],
                    probabilities=[answer.probabilities[choice] for choice in question.choices],
                )
            )
        return rows

    def _mentions(self, pk: int, found: spec.Prediction) -> list[PredictedMention]:
        return [
            PredictedMention(
                revision_id=pk,
                model=self._model,
                start=mark.start,
                end=mark.end,
                kind=mark.kind,
                scope=mark.scope,
                score=mark.score,
            )
            for mark in found.mentions
        ]
