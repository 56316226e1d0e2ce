"""Settled and gold answers follow a changed label set.

They are copied, never moved: what was decided about the old set stays with it, so that taking the
change back finds it in force. Consensus and suspected mistakes are worked out anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from annotation.label_set_followers import Follower, register
from annotation.label_set_plan import Plan
from annotation.models import Adjudication, GoldAnswer, LabelSetChange, Question
from annotation.selectors.label_sets import ways_back


def connect() -> None:
    register(Follower("decided", 5, _foresee, _follow, _undo))


def _counts(settled: int, settled_all: int, gold: int, gold_all: int) -> dict[str, Any]:
    return {
        "settled": settled,
        "settled_left": settled_all - settled,
        "gold": gold,
        "gold_left": gold_all - gold,
    }


def _foresee(question: Question, made: Plan) -> dict[str, Any]:
    led = [one.key for one in question.choices.all() if made.target(one.key, "people")]
    settled = Adjudication.objects.filter(question=question, replaced_at=None)
    gold = GoldAnswer.objects.filter(question=question)
    return _counts(
        settled.filter(choice__key__in=led).count(),
        settled.count(),
        gold.filter(choice__key__in=led).count(),
        gold.count(),
    )


def _follow(change: LabelSetChange, ready: None = None) -> dict[str, Any]:
    """Those that lead nowhere are to be decided once more, like the answers they were about."""
    before = change.before_id
    settled = Adjudication.objects.filter(question=before, replaced_at=None)
    gold = GoldAnswer.objects.filter(question=before)
    rows = change.mappings.filter(carries_people=True, before__isnull=False)
    to = {row.before_id: row.after_id for row in rows}
    counts = _counts(
        settled.filter(choice__in=to).count(),
        settled.count(),
        gold.filter(choice__in=to).count(),
        gold.count(),
    )
    _copy(settled.filter(choice__in=to), change.after_id, to)
    _copy(gold.filter(choice__in=to), change.after_id, to)
    return counts


def _undo(change: LabelSetChange) -> None:
    """What was decided since goes back where only one old choice can be meant.

    A later decision outweighs the one before the change, unless both say the same. Gold that was
    set since has taken the place of all before it.
    """
    to = ways_back(change)
    since = Adjudication.objects.filter(
        question=change.after_id, replaced_at=None, created_at__gt=change.made_at
    )
    _outweigh(change, dict(since.values_list("revision", "choice")))
    settled = Adjudication.objects.filter(
        question=change.before_id, replaced_at=None, revision=OuterRef("revision")
    )
    _copy(since.filter(~Exists(settled), choice__in=to), change.before_id, to)
    gold = GoldAnswer.objects.filter(question=change.before_id, revision=OuterRef("revision"))
    marked = GoldAnswer.objects.filter(~Exists(gold), question=change.after_id)
    _copy(marked.filter(choice__in=to), change.before_id, to)


def _outweigh(change: LabelSetChange, since: Mapping[int, int]) -> None:
    """Decisions of before the change are in force no more where `since`, choice by revision,
    says otherwise."""
    rows = change.mappings.filter(carries_people=True, before__isnull=False)
    became = dict(rows.values_list("before", "after"))
    before = Adjudication.objects.filter(
        question=change.before_id, replaced_at=None, revision__in=list(since)
    )
    overruled = [
        pk
        for pk, revision, choice in before.values_list("pk", "revision", "choice")
        if became.get(choice) != since[revision]
    ]
    Adjudication.objects.filter(pk__in=overruled).update(replaced_at=timezone.now())


def _copy(found: Any, question: int, to: dict[int | None, int | None] | dict[int, int]) -> None:
    """Copies that stand at `question`, with the choice that each one's becomes."""
    rows = list(found.order_by("pk"))
    for one in rows:
        one.pk, one.question_id, one.choice_id = None, question, to[one.choice_id]
    found.model.objects.bulk_create(rows, batch_size=1000)
