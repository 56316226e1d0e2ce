"""The choices of each question as they are, as they were, and where old keys lead."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
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
    found = Choice.objects.filter(question__key=question_key, question__is_prepared=False)
    return set(found.values_list("key", flat=True))


def changes_in_force(question_key: str) -> QuerySet[LabelSetChange]:
    """The changes that led to the set of now, oldest first."""
    return (
        LabelSetChange.objects.filter(before__key=question_key, undone_at=None)
        .select_related("before", "after", "made_by")
        .order_by("pk")
    )


def routes(question_key: str, whose: str, version: int | None = None) -> dict[str, str | None]:
    """Every key of the question to the key that means it now; None where nothing does by itself.

    `whose`: people or models. `version`: the set that the keys were read in, where it is known:
    of one that was taken back they go back first, as its answers did. Without it, a key that only
    a change taken back had leads nowhere.
    """
    steps = _steps(question_key, whose)
    found: dict[str, str | None] = {key: key for key in keys_ever(question_key)}
    for step in reversed(steps):
        if step.is_undone and step.after == version:
            found = _gone_along(found, step.back)
            version = step.before
    for step in steps:
        if not step.is_undone and (version is None or step.before >= version):
            found = _gone_along(found, step.way)
    asked = set(
        Choice.objects.filter(question__key=question_key, question__active=True).values_list(
            "key", flat=True
        )
    )
    return {key: now if now in asked else None for key, now in found.items()}


def _gone_along(
    found: Mapping[str, str | None], way: Mapping[str, str | None]
) -> dict[str, str | None]:
    return {key: now if now is None or now not in way else way[now] for key, now in found.items()}


@dataclass(slots=True)
class _Step:
    """One change: from version to version, and the keys of either as the other's; None: nowhere."""

    before: int
    after: int
    is_undone: bool
    way: dict[str, str | None] = field(default_factory=dict)
    back: dict[str, str | None] = field(default_factory=dict)


def _steps(question_key: str, whose: str) -> list[_Step]:
    """Every change of the question, oldest first."""
    carries = "carries_people" if whose == "people" else "carries_models"
    found: dict[int, _Step] = {}
    rows = ChoiceMapping.objects.filter(change__before__key=question_key).order_by(
        "change_id", "pk"
    )
    for change, before, after, undone, old, new, carried in rows.values_list(
        "change_id", "change__before__version", "change__after__version", "change__undone_at",
        "before__key", "after__key", carries,
    ):  # fmt: skip
        step = found.setdefault(change, _Step(before, after, undone is not None))
        if old is not None:
            step.way.setdefault(old, None)
            if carried and new is not None:
                step.way[old] = new
        if new is not None:
            # Only where one old choice can be meant.
            step.back[new] = None if new in step.back else old
    return list(found.values())


def ways_back(change: LabelSetChange) -> dict[int, int]:
    """Ids of new choices to the old one that each comes from, where only one can be meant."""
    found: dict[int, list[int]] = {}
    for row in change.mappings.all():
        if row.before_id is not None and row.after_id is not None:
            found.setdefault(row.after_id, []).append(row.before_id)
    return {after: before[0] for after, before in found.items() if len(before) == 1}


def versions_read(question_key: str) -> set[int]:
    """The versions of the question whose keys lead to those of now by changes in force."""
    asked = Question.objects.filter(key=question_key, active=True)
    return {
        *asked.values_list("version", flat=True),
        *changes_in_force(question_key).values_list("before__version", flat=True),
    }


def key_now(
    question_key: str, asked: Collection[str], key: str, version: int | None = None
) -> str | None:
    """`key` as it is called in the set of now, of which `asked` are the keys; itself where the
    question never had it. None for one that people have to answer anew.

    `version`: of the set in which it was chosen, where that is known.
    """
    if version is None and key in asked:
        return key
    return routes(question_key, "people", version).get(key, key)


def changes_of(question_key: str) -> QuerySet[LabelSetChange]:
    """Every change with its mappings, newest first."""
    return (
        LabelSetChange.objects.filter(before__key=question_key)
        .select_related("before", "after", "made_by", "undone_by")
        .prefetch_related("mappings__before", "mappings__after", "relabellings__batch")
    )
