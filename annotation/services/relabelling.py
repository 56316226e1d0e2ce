"""Labelling reviews again: after a choice was split or retired, or a clause was changed.

Those who answered before may answer again, here and nowhere else; what they said first is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from annotation.models import (
    Annotation,
    AnswerBefore,
    Assignment,
    Batch,
    BatchItem,
    LabelSetChange,
    Relabelling,
    SamplingDesign,
)
from annotation.selectors.assignments import may_label
from annotation.services.answers_before import keep
from annotation.wording import RELABEL
from privacy.services import audit_record


class BadRelabelling(ValueError):
    """The batch cannot be opened; the message says why."""


def relabelling_draft(*, actor: Any, change: LabelSetChange) -> Batch | None:
    """A batch of the reviews whose answers went nowhere; None where there are none.

    It is being prepared until somebody opens it. Each review wants as many answers as it had.
    """
    stale = Annotation.objects.filter(question=change.before)
    if not stale.exists():
        return None
    return batch_of_answers(
        actor=actor,
        answers=stale,
        name=f"{RELABEL}{change.after.key} v{change.after.version}",
        questions=[change.after.key],
        relabelling=Relabelling(change=change),
    )


def relabelling_back(*, actor: Any, change: LabelSetChange) -> Batch | None:
    """The same for a change taken back: answers given since that led to no one old choice.

    Without those of people who have an answer in the set of before as well.
    """
    there = Annotation.objects.filter(
        question=change.before, revision=OuterRef("revision"), annotator=OuterRef("annotator")
    )
    stale = Annotation.objects.filter(~Exists(there), question=change.after)
    if not stale.exists():
        return None
    return batch_of_answers(
        actor=actor,
        answers=stale,
        name=f"{RELABEL}{change.before.key} v{change.before.version}",
        questions=[change.before.key],
        relabelling=Relabelling(change=change),
    )


def batch_of_answers(
    *,
    actor: Any,
    answers: QuerySet[Annotation],
    name: str,
    questions: Sequence[str],
    relabelling: Relabelling,
) -> Batch:
    """A draft batch of the reviews that `answers` are about, for those who gave them.

    Where one of them cannot label any more, it is for everybody.
    """
    while Batch.objects.filter(name=name).exists():
        name += "*"  # somebody gave a batch of their own this name
    batch = Batch.objects.create(
        name=name,
        design=SamplingDesign.GIVEN,
        frame_filter={"relabel": list(relabelling.clauses) or list(questions)},
        questions=list(questions),
        state=Batch.State.DRAFT,
        created_by=actor if isinstance(actor, User) else None,
    )
    wanted = (
        answers.order_by()
        .values_list("revision__review")
        .annotate(n=Count("annotator", distinct=True))
        .order_by("revision__review")
    )
    BatchItem.objects.bulk_create(
        (BatchItem(batch=batch, review_id=pk, wanted_answers=n) for pk, n in wanted),
        batch_size=2000,
    )
    people = list(User.objects.filter(pk__in=answers.order_by().values("annotator")))
    if all(may_label(one) for one in people):
        batch.annotators.set(people)
    relabelling.batch = batch
    relabelling.save()
    audit_record(
        actor=actor,
        action="batch.create",
        object_type="batch",
        object_id=batch.pk,
        details={"design": batch.design, "relabel": list(questions), "items": batch.items.count()},
    )
    return batch


@transaction.atomic
def relabelling_open(*, actor: Any, batch: Batch) -> Batch:
    """Give the batch to its people. Raises BadRelabelling."""
    found = Batch.objects.select_for_update().filter(pk=batch.pk, relabelling__isnull=False).first()
    if found is None or found.state != Batch.State.DRAFT:
        raise BadRelabelling(_("It is open already, or gone."))
    found.state = Batch.State.OPEN
    found.save(update_fields=["state"])
    audit_record(
        actor=actor, action="batch.open", object_type="batch", object_id=found.pk, details={}
    )
    return found


def answers_put_aside(assignment: Assignment, keys: Collection[str]) -> Mapping[str, int | None]:
    """What the person said of these questions before, kept and taken away.

    Returns the item of each, so that the new answer counts where the old one did: one of the
    audit sample goes on correcting figures.
    """
    mine = Annotation.objects.filter(
        annotator=assignment.annotator_id,
        revision__review=assignment.item.review_id,
        question__key__in=keys,
    ).order_by("pk")
    keep(mine, AnswerBefore.Why.RELABELLED, None)
    items = dict(mine.values_list("question__key", "item_id"))
    mine.delete()
    audited = BatchItem.objects.filter(
        review=assignment.item.review_id, batch__design=SamplingDesign.AUDIT
    ).values_list("pk", flat=True)
    return {key: audited.first() or items.get(key) for key in keys}
