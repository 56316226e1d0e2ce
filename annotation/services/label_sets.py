"""Changing the choices of a question while a project runs: nothing is lost, all of it is told.

A change makes a new version of the question. The version before and its choices stay, and so does
what every answer was (`AnswerBefore`); snapshots and models are not touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from annotation.label_set_followers import Progress, followers
from annotation.label_set_plan import BadChange, Plan
from annotation.models import (
    Annotation,
    AnswerBefore,
    ChoiceMapping,
    LabelSetChange,
    Question,
)
from annotation.selectors.label_set_preview import (
    planned,
    preview,
    question_active,
)
from annotation.services.answers_before import keep
from annotation.services.label_set_lock import one_change, sets_change
from annotation.services.label_set_prepare import prepared_drop, set_prepare
from annotation.services.relabelling import relabelling_draft
from privacy.services import audit_record

MOVED = gettext_noop("The numbers have changed since you looked. Look at them again.")


def label_set_change(
    *,
    actor: Any,
    question: str,
    changes: Sequence[Mapping[str, Any]],
    note: str = "",
    expect: str | None = None,
    or_more: bool = False,
    said: Progress = lambda ready, of: None,
) -> LabelSetChange:
    """Change the choices of `question`; its `counts` are those of the preview, and what was done.

    expect: the fingerprint of the preview that was agreed to; where anything counts otherwise by
    now, nothing is changed, unless `or_more`: then what came in meanwhile goes by the same rules,
    and only other rules stop it. `said` is told how far the preparations are. Answers can be
    stored all the time but for the last step. Raises BadChange.
    """
    with one_change():
        before = question_active(question)
        _agreed(preview(before, changes), expect, or_more)
        asked = _Asked(actor, before, changes, note, expect, or_more)
        try:
            after, ready = set_prepare(before, planned(before, changes), said)
            return _make(asked, after, ready)
        except BaseException:
            prepared_drop()
            raise


def _agreed(seen: Mapping[str, Any], expect: str | None, or_more: bool) -> None:
    if expect is None or expect == seen["fingerprint"]:
        return
    if or_more and expect.partition(".")[0] == seen["fingerprint"].partition(".")[0]:
        return
    raise BadChange("expect", _(MOVED))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What `label_set_change` was called with."""

    actor: Any
    before: Question
    changes: Sequence[Mapping[str, Any]]
    note: str
    expect: str | None
    or_more: bool


@transaction.atomic
def _make(asked: _Asked, after: Question, ready: Mapping[str, Any]) -> LabelSetChange:
    """The change itself. Nobody stores answers from here to its end, so that what is counted is
    what happens."""
    sets_change()
    before = question_active(asked.before.key)
    if before.pk != asked.before.pk:
        raise BadChange("expect", _(MOVED))
    foreseen, made = preview(before, asked.changes), planned(before, asked.changes)
    _agreed(foreseen, asked.expect, asked.or_more)
    change = LabelSetChange.objects.create(
        before=before,
        after=after,
        request=list(asked.changes),
        note=asked.note.strip(),
        counts=foreseen,
        made_by=asked.actor if isinstance(asked.actor, User) else None,
    )
    questions_swap(before, after)
    _mappings(change, made)
    carried = answers_carry(change)
    batch = relabelling_draft(actor=asked.actor, change=change)
    done = {one.name: one.follow(change, ready.get(one.name)) for one in followers()}
    audit_record(
        actor=asked.actor,
        action="label_set.change",
        object_type="label_set",
        object_id=f"{before.key} v{after.version}",
        details={
            "changes": [str(one["op"]) for one in asked.changes],
            "carried": carried,
            "relabel": foreseen["totals"]["relabel"],
            "batch": batch.pk if batch else None,
            **{name: _numbers(found) for name, found in done.items()},
        },
    )
    return change


def _numbers(found: Mapping[str, Any]) -> dict[str, int]:
    return {key: value for key, value in found.items() if isinstance(value, int)}


def questions_swap(off: Question, on: Question) -> None:
    """`on` is asked instead of `off`."""
    off.active = False
    off.save(update_fields=["active"])
    on.active, on.is_prepared = True, False
    on.save(update_fields=["active", "is_prepared"])


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
