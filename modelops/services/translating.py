"""Answers of a model in the choices of now: it may have been trained on an older set of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from annotation.selectors.label_sets import routes
from modelops.ml.spec import Answer, Embedder, Example, Prediction, QuestionSpec
from modelops.models import ModelVersion
from modelops.selectors.questions import questions_active
from modelops.services.inference import model_open

if TYPE_CHECKING:
    from modelops.ml.families import Model


@dataclass(frozen=True, slots=True)
class Translation:
    """`questions`: those that can be answered, with the choices of now. `moved`: by question the
    key of now for each key it was trained on. `lost`: questions of which some answer leads
    nowhere by itself, with the choices that do.
    """

    questions: tuple[QuestionSpec, ...]
    moved: Mapping[str, Mapping[str, str]]
    lost: Mapping[str, tuple[str, ...]]

    def prediction(self, found: Prediction) -> Prediction:
        """Questions that are lost have no answer in it."""
        answers = {
            spec.key: self.answer(spec, found.answers[spec.key])
            for spec in self.questions
            if spec.key in found.answers
        }
        return replace(found, answers=answers)

    def answer(self, spec: QuestionSpec, given: Answer) -> Answer:
        """Probabilities of merged choices are added up; what nothing leads to has none.

        The answer is what the old one became, unless a merged choice is likelier now.
        """
        moved = self.moved[spec.key]
        shares = dict.fromkeys(spec.choices, 0.0)
        for key, share in given.probabilities.items():
            shares[moved[key]] += share
        label = moved[given.label]
        if len(set(moved.values())) < len(moved):
            likeliest = max(shares, key=lambda key: shares[key])
            label = likeliest if shares[likeliest] > shares[label] else label
        return Answer(label, shares)

    def example(self, given: Example) -> Example:
        """A labelled text with its answers in the choices of now, so that they can be compared."""
        answers = {
            key: None if label is None else self.moved.get(key, {}).get(label, label)
            for key, label in given.answers.items()
        }
        return replace(given, answers=answers)


def translation_for(trained_on: Sequence[QuestionSpec]) -> Translation:
    """From the choices a model was trained on to those of now."""
    asked = {question.key: question for question in questions_active()}
    specs: list[QuestionSpec] = []
    moved: dict[str, dict[str, str]] = {}
    lost: dict[str, tuple[str, ...]] = {}
    for spec in trained_on:
        question = asked.get(spec.key)
        now = [choice.key for choice in question.choices.all()] if question else []
        # Keys keep their meaning, so the same keys are the same choices.
        same = set(now) == set(spec.choices)
        ways: Mapping[str, str | None] = (
            {key: key for key in now} if same else routes(spec.key, "models")
        )
        found = {key: ways.get(key) for key in spec.choices}
        nowhere = tuple(key for key, way in found.items() if way is None)
        if question is None or nowhere:
            lost[spec.key] = nowhere or spec.choices
            continue
        moved[spec.key] = {key: way for key, way in found.items() if way is not None}
        specs.append(QuestionSpec(spec.key, tuple(choice.key for choice in question.choices.all())))
    return Translation(tuple(specs), moved, lost)


class Translated:
    """A model that answers in the choices of now."""

    def __init__(self, inner: Model, translation: Translation) -> None:
        self.inner = inner
        self.translation = translation
        self.questions = translation.questions

    def predict(
        self,
        texts: Sequence[str],
        questions: Sequence[str] | None = None,
        *,
        mentions: bool = True,
    ) -> list[Prediction]:
        """As `families.Model`."""
        found = self.inner.predict(texts, questions, mentions=mentions)
        return [self.translation.prediction(one) for one in found]

    @property
    def width(self) -> int | None:
        return getattr(self.inner, "width", None)

    def embed(self, texts: Sequence[str]) -> Any:
        """As `spec.Embedder`."""
        if not isinstance(self.inner, Embedder):
            raise KeyError("a model of this family places no texts")
        return self.inner.embed(texts)


def translated(inner: Model) -> Translated:
    return Translated(inner, translation_for(inner.questions))


def model_now(model: ModelVersion) -> Translated:
    """The version opened, answering in the choices of now. Raises ArtefactCorrupt."""
    return translated(model_open(model))
