"""Taking back the last change of a label set: the version before is in force again.

Answers that were carried over become what they were. Those given since go back where only one old
choice can be meant; the others stay with the version taken back, and are to be labelled again.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from annotation.label_set_followers import followers
from annotation.label_set_plan import BadChange
from annotation.models import Annotation, AnswerBefore, Batch, LabelSetChange
from annotation.selectors.label_sets import changes_in_force, ways_back
from annotation.services.answers_before import keep
from annotation.services.label_set_lock import sets_change
from annotation.services.label_sets import questions_swap
from privacy.services import audit_record


@transaction.atomic
def label_set_undo(*, actor: Any, change: LabelSetChange) -> dict[str, int]:
    """Take `change` back. Returns how many answers were `restored` as they were, how many given
    since are `mapped`, and how many are `left` to be labelled again. Raises BadChange.
    """
    sets_change()
    change = LabelSetChange.objects.select_related("before", "after").get(pk=change.pk)
    last = changes_in_force(change.before.key).last()
    if last is None or last.pk != change.pk:
        raise BadChange(
            "change", _("Only the last change of a question can be taken back, and only once.")
        )
    restored = _restore(change)
    mapped = _map_back(change)
    left = Annotation.objects.filter(question=change.after).count()
    change.undone_at = timezone.now()
    change.undone_by = actor if isinstance(actor, User) else None
    change.save(update_fields=["undone_at", "undone_by"])
    questions_swap(change.after, change.before)
    Batch.objects.filter(relabelling__change=change).update(state=Batch.State.CLOSED)
    for one in followers():
        one.undo(change)
    done = {"restored": restored, "mapped": mapped, "left": left}
    audit_record(
        actor=actor,
        action="label_set.undo",
        object_type="label_set",
        object_id=f"{change.before.key} v{change.after.version}",
        details=dict(done),
    )
    return done


def _restore(change: LabelSetChange) -> int:
    """Answers that still are what the change made of them, as they were before it."""
    kept = change.answers.filter(
        why=AnswerBefore.Why.CARRIED, annotation__question=change.after
    ).select_related("annotation", "choice")
    made = {row.before_id: row.after_id for row in change.mappings.filter(carries_people=True)}
    found = []
    for one in kept:
        answer = one.annotation
        if answer is not None and answer.choice_id == made.get(one.choice_id):
            answer.question_id, answer.choice_id = change.before_id, one.choice_id
            found.append(answer)
    Annotation.objects.bulk_update(found, ["question", "choice"], batch_size=1000)
    return len(found)


def _map_back(change: LabelSetChange) -> int:
    """Answers given since, whose choice comes from one old choice alone."""
    mapped = 0
    there = Annotation.objects.filter(
        question=change.before, revision=OuterRef("revision"), annotator=OuterRef("annotator")
    )
    for after, before in ways_back(change).items():
        mine = Annotation.objects.filter(~Exists(there), question=change.after, choice=after)
        # The ids first: once they are moved, they are there.
        ids = list(mine.order_by("pk").values_list("pk", flat=True))
        chosen = Annotation.objects.filter(pk__in=ids).order_by("pk")
        keep(chosen, AnswerBefore.Why.UNDONE, change)
        mapped += chosen.update(question=change.before, choice=before)
    return mapped
