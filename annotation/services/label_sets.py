"""Changing the choices of a question while a project runs: nothing is lost, all of it is told.

A change makes a new version of the question. The version before and its choices stay, and so does
what every answer was (`AnswerBefore`); snapshots and models are not touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from annotation.label_set_followers import followers
from annotation.label_set_plan import BadChange, Plan
from annotation.models import (
    Annotation,
    AnswerBefore,
    Choice,
    ChoiceMapping,
    LabelSetChange,
    Question,
)
from annotation.selectors.label_set_preview import (
    next_version,
    planned,
    preview,
    question_active,
)
from annotation.services.answers_before import keep
from annotation.services.label_set_lock import sets_change
from annotation.services.relabelling import relabelling_draft
from privacy.services import audit_record


@transaction.atomic
def label_set_change(
    *,
    actor: Any,
    question: str,
    changes: Sequence[Mapping[str, Any]],
    note: str = "",
    expect: str | None = None,
) -> LabelSetChange:
    """Change the choices of `question`; its `counts` are those of the preview, and what was done.

    expect: the fingerprint of the preview that was agreed to; where anything counts otherwise by
    now, nothing is changed. Raises BadChange.
    """
    sets_change()
    before = question_active(question)
    foreseen = preview(before, changes)
    if expect is not None and expect != foreseen["fingerprint"]:
        raise BadChange(
            "expect", _("The numbers have changed since you looked. Look at them again.")
        )
    made = planned(before, changes)
    after = _version(before, made)
    change = LabelSetChange.objects.create(
        before=before,
        after=after,
        request=list(changes),
        note=note.strip(),
        counts=foreseen,
        made_by=actor if isinstance(actor, User) else None,
    )
    _mappings(change, made)
    carried = answers_carry(change)
    batch = relabelling_draft(actor=actor, change=change)
    done = {one.name: one.follow(change) for one in followers()}
    audit_record(
        actor=actor,
        action="label_set.change",
        object_type="label_set",
        object_id=f"{before.key} v{after.version}",
        details={
            "changes": [str(one["op"]) for one in changes],
            "carried": carried,
            "relabel": foreseen["totals"]["relabel"],
            "batch": batch.pk if batch else None,
            **{name: _numbers(found) for name, found in done.items()},
        },
    )
    return change


def _numbers(found: Mapping[str, Any]) -> dict[str, int]:
    return {key: value for key, value in found.items() if isinstance(value, int)}


def _version(before: Question, made: Plan) -> Question:
    """The new version, asked from now on."""
    after = Question.objects.create(
        key=before.key,
        version=next_version(before.key),
        name_en=before.name_en,
        name_zh=before.name_zh,
        order=before.order,
        active=False,
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
        for place, one in enumerate(made.choices)
    )
    questions_swap(before, after)
    return after


def questions_swap(off: Question, on: Question) -> None:
    """`on` is asked instead of `off`."""
    off.active = False
    off.save(update_fields=["active"])
    on.active = True
    on.save(update_fields=["active"])


def _mappings(change: LabelSetChange, made: Plan) -> None:
    old = {one.key: one for one in change.before.choices.all()}
    new = {one.key: one for one in change.after.choices.all()}
    ChoiceMapping.objects.bulk_create(
        ChoiceMapping(
            change=change,
            before=old.get(route.before),
            after=new.get(route.after),
            kind=route.kind,
            carries_people=route.people and bool(route.after),
            carries_models=route.models and bool(route.after),
        )
        for route in made.routes
    )


def answers_carry(change: LabelSetChange) -> int:
    """Every answer whose choice leads somewhere stands on the new version, and is kept as it was.

    The others stay where they are, and count for nothing until somebody gives them anew.
    """
    carried = 0
    for row in change.mappings.filter(carries_people=True, before__isnull=False):
        mine = Annotation.objects.filter(question=change.before, choice=row.before)
        keep(mine.order_by("pk"), AnswerBefore.Why.CARRIED, change)
        carried += mine.update(question=change.after, choice=row.after)
    return carried
