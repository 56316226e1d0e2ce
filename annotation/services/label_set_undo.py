"""Taking back the last change of a label set: the version before is in force again.

Answers that were carried over become what they were. Those given since go back where only one old
choice can be meant; the others stay with the version taken back, and a batch is prepared in which
they are given anew.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
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
from annotation.services.relabelling import relabelling_back
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
    batch = relabelling_back(actor=actor, change=change)
    for one in followers():
        one.undo(change)
    done = {"restored": restored, "mapped": mapped, "left": left}
    audit_record(
        actor=actor,
        action="label_set.undo",
        object_type="label_set",
        object_id=f"{change.before.key} v{change.after.version}",
        details={**done, "batch": batch.pk if batch else None},
    )
    return done


# "+ 0": each answer is found by its id. The set was in force for moments, so that the planner knows
# nothing of it; by its question it compared every answer with every one that was kept.
_RESTORE = """
update annotation_annotation a set question_id = b.question_id, choice_id = b.choice_id
from annotation_answerbefore b join annotation_choicemapping m
    on m.change_id = b.change_id and m.before_id = b.choice_id and m.carries_people
where b.change_id = %s and b.why = %s and a.id = b.annotation_id
    and a.question_id + 0 = %s and a.choice_id + 0 = m.after_id
"""


def _restore(change: LabelSetChange) -> int:
    """Answers that still are what the change made of them, as they were before it."""
    with connection.cursor() as cursor:
        cursor.execute(_RESTORE, [change.pk, AnswerBefore.Why.CARRIED, change.after_id])
        return int(cursor.rowcount)


def _map_back(change: LabelSetChange) -> int:
    """Answers given since, whose choice comes from one old choice alone."""
    mapped = 0
    there = Annotation.objects.filter(
        question=change.before, revision=OuterRef("revision"), annotator=OuterRef("annotator")
    )
    for after, before in ways_back(change).items():
        mine = Annotation.objects.filter(~Exists(there), question=change.after, choice=after)
        keep(mine, AnswerBefore.Why.UNDONE, change)
        # By what was kept: once some are moved, they are there.
        kept = change.answers.filter(why=AnswerBefore.Why.UNDONE, choice=after)
        mapped += Annotation.objects.filter(pk__in=kept.values("annotation")).update(
            question=change.before, choice=before
        )
    return mapped
