from __future__ import annotations

from django.db import transaction

from annotation.models import Choice, LabelSetChange, Question
from taxonomy.questions import QUESTIONS


@transaction.atomic
def questions_seed() -> None:
    """Make the questions and choices of `taxonomy`; a newer version retires the one before.

    A question whose choices were changed here is left as it is: the company's set is its own.
    """
    for order, wanted in enumerate(QUESTIONS):
        if LabelSetChange.objects.filter(before__key=wanted.key).exists():
            continue
        Question.objects.filter(key=wanted.key, active=True).exclude(version=wanted.version).update(
            active=False
        )
        question, _ = Question.objects.update_or_create(
            key=wanted.key,
            version=wanted.version,
            defaults={
                "name_en": wanted.name_en,
                "name_zh": wanted.name_zh,
                "order": order,
                "active": True,
            },
        )
        for place, choice in enumerate(wanted.choices):
            Choice.objects.update_or_create(
                question=question,
                key=choice.key,
                defaults={
                    "name_en": choice.name_en,
                    "name_zh": choice.name_zh,
                    "polarity": choice.polarity,
                    "order": place,
                },
            )
