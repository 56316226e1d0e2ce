"""The choices of each question as they are, as they were, and where old keys lead."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from accounts.models import Role
from accounts.selectors import has_role
from annotation import label_set_plan
from annotation.models import Choice, ChoiceMapping, LabelSetChange, Question
from taxonomy import questions as taxonomy


def may_change_sets(person: Any) -> bool:
    """Leads and ML engineers: those who look after labels."""
    return has_role(person, Role.ML_ENGINEER)


def questions_asked() -> tuple[taxonomy.Question, ...]:
    """What is asked of a review now, in order."""
    found = Question.objects.filter(active=True).prefetch_related("choices")
    return tuple(as_taxonomy(one) for one in found)


def as_taxonomy(question: Question) -> taxonomy.Question:
    return taxonomy.Question(
        question.key,
        question.version,
        question.name_en,
        question.name_zh,
        tuple(
            taxonomy.Choice(one.key, one.name_en, one.name_zh, one.polarity)
            for one in in_order(question)
        ),
    )


def in_order(question: Question) -> list[Choice]:
    """The choices in the order of every list of probabilities."""
    return sorted(question.choices.all(), key=lambda one: (one.order, one.pk))


def plan_choices(question: Question) -> list[label_set_plan.Choice]:
    return [
        label_set_plan.Choice(one.key, one.name_en, one.name_zh, one.polarity)
        for one in in_order(question)
    ]


def keys_ever(question_key: str) -> set[str]:
    """Every key that a choice of the question has or had, in changes taken back too."""
    return set(Choice.objects.filter(question__key=question_key).values_list("key", flat=True))


def changes_in_force(question_key: str) -> QuerySet[LabelSetChange]:
    """The changes that led to the set of now, oldest first."""
    return (
        LabelSetChange.objects.filter(before__key=question_key, undone_at=None)
        .select_related("before", "after", "made_by")
        .order_by("pk")
    )


def routes(question_key: str, whose: str) -> dict[str, str | None]:
    """Every key of the question to the key that means it now; None where nothing does by itself.

    `whose`: people or models. A key that only a change taken back had leads nowhere.
    """
    found: dict[str, str | None] = {key: key for key in keys_ever(question_key)}
    rows = ChoiceMapping.objects.filter(
        change__before__key=question_key, change__undone_at=None
    ).select_related("before", "after")
    by_change: dict[int, dict[str, str | None]] = {}
    for row in rows.order_by("change_id", "pk"):
        if row.before is None:
            continue
        into = by_change.setdefault(row.change_id, {})
        carries = row.carries_people if whose == "people" else row.carries_models
        into.setdefault(row.before.key, None)
        if carries and row.after is not None:
            into[row.before.key] = row.after.key
    for into in by_change.values():
        found = {
            key: now if now is None or now not in into else into[now] for key, now in found.items()
        }
    asked = set(
        Choice.objects.filter(question__key=question_key, question__active=True).values_list(
            "key", flat=True
        )
    )
    return {key: now if now in asked else None for key, now in found.items()}


def key_now(question_key: str, asked: Collection[str], key: str) -> str | None:
    """`key` as it is called in the set of now, of which `asked` are the keys; itself where the
    question never had it. None for one that people have to answer anew."""
    if key in asked:
        return key
    return routes(question_key, "people").get(key, key)


def changes_of(question_key: str) -> QuerySet[LabelSetChange]:
    """Every change with its mappings, newest first."""
    return (
        LabelSetChange.objects.filter(before__key=question_key)
        .select_related("before", "after", "made_by", "undone_by")
        .prefetch_related("mappings__before", "mappings__after", "relabellings__batch")
    )
