"""Labels that look like mistakes, as a model says that has not learned from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from accounts.models import Store
from annotation.models import Choice, Question, Suspect
from annotation.services.label_set_lock import sets_hold
from reviews.models import Purpose
from reviews.selectors import revisions_for


@dataclass(frozen=True, slots=True)
class Ranked:
    """The label of a text, what is more probable, and how far the label is to be believed (0 to
    1). `rank` counts from 1, the least believed; `ranked`: how many labels were looked at."""

    revision_id: int
    choice: str
    suggested: str
    score: float
    rank: int
    ranked: int


@transaction.atomic
def suspects_store(*, question: str, found: Iterable[Ranked]) -> int:
    """Replace the open suspects of `question`. Returns how many there are.

    What a lead has looked at stays settled, as long as the label is the one they looked at.
    """
    sets_hold()
    asked = Question.objects.get(key=question, active=True)
    choices = dict(Choice.objects.filter(question=asked).values_list("key", "pk"))
    Suspect.objects.filter(question=asked, state=Suspect.State.OPEN).delete()
    settled = dict(Suspect.objects.filter(question=asked).values_list("revision_id", "choice_id"))
    # What the set has lost since it was ranked says nothing of the labels of now.
    ranked = [one for one in found if one.choice in choices and one.suggested in choices]
    there = set(
        revisions_for(Purpose.LABEL, Store.objects.all())
        .filter(pk__in=[one.revision_id for one in ranked])
        .values_list("pk", flat=True)
    )
    fresh = [
        one
        for one in ranked
        # Erased meanwhile, or looked at already.
        if one.revision_id in there and settled.get(one.revision_id) != choices[one.choice]
    ]
    Suspect.objects.filter(question=asked, revision__in=[one.revision_id for one in fresh]).delete()
    Suspect.objects.bulk_create(
        (
            Suspect(
                revision_id=one.revision_id,
                question=asked,
                choice_id=choices[one.choice],
                suggested_id=choices[one.suggested],
                score=one.score,
                rank=one.rank,
                ranked=one.ranked,
            )
            for one in fresh
        ),
        batch_size=2000,
    )
    return len(fresh)
