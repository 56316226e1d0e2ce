"""The questions that are asked now, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language

from annotation.models import Question


@dataclass(frozen=True, slots=True)
class NamedQuestion:
    """A question with the key and name of each choice."""

    key: str
    name: str
    choices: list[tuple[str, str]]


def questions_named() -> list[NamedQuestion]:
    chinese = (get_language() or "").startswith("zh")
    found = Question.objects.filter(active=True).prefetch_related("choices")
    return [
        NamedQuestion(
            one.key,
            one.name_zh if chinese else one.name_en,
            [(c.key, c.name_zh if chinese else c.name_en) for c in one.choices.all()],
        )
        for one in found
    ]


def question_names() -> list[tuple[str, str]]:
    return [(one.key, one.name) for one in questions_named()]
