"""The next version of a question, made ready in small steps before a change is made.

Nobody waits for it: it is not asked, and nothing reads it. What was prepared and not used, because
the change was refused or its process died, is taken away before the next change is prepared.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from annotation.label_set_followers import Progress, followers
from annotation.label_set_plan import Plan
from annotation.models import Choice, Question
from annotation.selectors.label_set_preview import next_version


def set_prepare(before: Question, plan: Plan, said: Progress) -> tuple[Question, dict[str, Any]]:
    """The version that `plan` makes of `before`, with all that followers can bring over already,
    and by follower what it has to know of that later. Call it inside `one_change`.
    """
    prepared_drop()
    after = _version(before, plan)
    return after, {one.name: one.prepare(before, after, plan, said) for one in followers()}


def prepared_drop() -> None:
    """Take away what was prepared for changes that were not made."""
    for question in Question.objects.filter(is_prepared=True):
        for one in followers():
            one.drop(question)
        with transaction.atomic():
            question.choices.all().delete()
            question.delete()


@transaction.atomic
def _version(before: Question, plan: Plan) -> Question:
    after = Question.objects.create(
        key=before.key,
        version=next_version(before.key),
        name_en=before.name_en,
        name_zh=before.name_zh,
        order=before.order,
        active=False,
        is_prepared=True,
    )
    Choice.objects.bulk_create(
        Choice(
            question=after,
            key=one.key,
            name_en=one.name_en,
            name_zh=one.name_zh,
            polarity=one.polarity,
            order=place,
        )
        for place, one in enumerate(plan.choices)
    )
    return after
