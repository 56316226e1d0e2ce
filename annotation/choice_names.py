"""Names of questions and choices for pages, looked up once a request.

A name is shown on every row of a list; the sets change a few times a year.
"""

from __future__ import annotations

import time
from typing import Any

from django.core.signals import request_started

from annotation.models import Choice, Question

_SECONDS = 5.0  # for processes that answer no requests
Names = tuple[str, str]  # English, Chinese
_known: tuple[float, dict[str, Names], dict[tuple[str, str], Names]] | None = None


def question_names(key: str) -> Names | None:
    return _names()[0].get(key)


def choice_names(question: str, key: str) -> Names | None:
    """Of a choice that is or was one of the question's; as it was called last."""
    return _names()[1].get((question, key))


def forget(**kwargs: Any) -> None:
    global _known
    _known = None


def _names() -> tuple[dict[str, Names], dict[tuple[str, str], Names]]:
    global _known
    now = time.monotonic()
    if _known is None or now - _known[0] > _SECONDS:
        questions: dict[str, Names] = {}
        choices: dict[tuple[str, str], Names] = {}
        # What is asked now comes last, so that it holds.
        for question in Question.objects.order_by("active", "version"):
            questions[question.key] = (question.name_en, question.name_zh)
        rows = Choice.objects.order_by("question__active", "question__version")
        for one in rows.select_related("question"):
            choices[one.question.key, one.key] = (one.name_en, one.name_zh)
        _known = (now, questions, choices)
    return _known[1], _known[2]


def connect() -> None:
    request_started.connect(forget, dispatch_uid="annotation.choice_names")
