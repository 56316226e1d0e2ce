"""What the labelling page shows: batches, reviews in hand, answers given before, the guideline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.selectors import stores_for
from annotation.guideline_text import Clause, clauses
from annotation.models import Annotation, Assignment, Batch, Guideline, Mention, Question
from annotation.prelabels import Prelabel, prelabels
from annotation.selectors.assignments import (
    batches_open,
    in_hand,
    items_left,
    relabels,
)
from annotation.selectors.hiding import gold_ahead
from annotation.selectors.progress import progress_seen
from annotation.selectors.qualification import answers_given, is_test
from annotation.wording import batch_words
from privacy.styles import placeholders_in
from reviews.models import Product, Purpose
from reviews.selectors import reviews_for

DEMAND = "product_demand"


@dataclass(frozen=True, slots=True)
class ListedBatch:
    """An open batch: answers that are in of those wanted, what is left for this person, and what
    they did today."""

    batch: Batch
    ended: int
    wanted: int
    left: int
    today: int
    late: bool

    @property
    def name(self) -> str:
        return batch_words(self.batch)


def batches_listed(person: User) -> list[ListedBatch]:
    """The open batches with something in them, in the order in which they are to be done."""
    batches = list(batches_open(person))
    counts = progress_seen(person, batches)
    return [
        _listed(person, batch, counts[batch.pk]) for batch in batches if counts[batch.pk]["wanted"]
    ]


def _listed(person: User, batch: Batch, counts: dict[str, int]) -> ListedBatch:
    now = timezone.now()
    free = items_left(person, batch, now, counts["reviews"] - counts["complete"])
    left = free + in_hand(person, batch, now).count() + gold_ahead(person, batch, free, now)
    late = batch.due_on is not None and batch.due_on < timezone.localdate()
    return ListedBatch(
        batch, counts["ended"], counts["wanted"], left, done_today(person, batch), late
    )


def done_today(person: User, batch: Batch) -> int:
    """Answers and skips of `person` since midnight."""
    day = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return Assignment.objects.filter(annotator=person, item__batch=batch, ended_at__gte=day).count()


def assignments_of(person: User, batch: Batch) -> QuerySet[Assignment]:
    """Those of `person` in `batch` whose review may still be labelled and is of their stores."""
    return Assignment.objects.filter(
        annotator=person,
        item__batch=batch,
        item__review__in=reviews_for(Purpose.LABEL, stores_for(person)),
    ).select_related("item__batch", "revision")


@dataclass(frozen=True, slots=True)
class Shown:
    """A review in somebody's hands with what belongs to it; `given` is None before an answer."""

    assignment: Assignment
    text: str
    language: str
    product: Product | None
    placeholders: list[tuple[int, int, str]]
    prelabel: Prelabel | None
    given: dict[str, Any] | None


def shown(assignments: Sequence[Assignment]) -> list[Shown]:
    """What is to be seen of each, all of one person and batch; without texts that are gone."""
    if not assignments:
        return []
    revisions = [one.revision_id for one in assignments if one.revision_id is not None]
    before = prelabels(revisions) if assignments[0].item.batch.shows_answers else {}
    reviews = (
        reviews_for(Purpose.LABEL, stores_for(assignments[0].annotator))
        .select_related("product")
        .in_bulk([one.item.review_id for one in assignments])
    )
    answered = _given([one for one in assignments if one.ended_at is not None])
    found = []
    for one in assignments:
        review, revision = reviews.get(one.item.review_id), one.revision
        if review is None or revision is None:
            continue
        found.append(
            Shown(
                one,
                revision.text,
                review.language,
                review.product,
                [(place.start, place.end, place.type) for place in placeholders_in(revision.text)],
                before.get(revision.pk),
                answered.get(one.pk),
            )
        )
    return found


def _given(assignments: Iterable[Assignment]) -> dict[int, dict[str, Any]]:
    """By assignment: what the person answered, as it stands now."""
    found: dict[int, dict[str, Any]] = {}
    for one in assignments:
        if is_test(one.item.batch):
            found[one.pk] = _given_in_test(one)
            continue
        labels = list(_labels_of(one))
        marks = Mention.objects.filter(
            annotator=one.annotator_id, revision=one.revision_id
        ).order_by("start", "end", "pk")
        found[one.pk] = {
            "answers": {label.question.key: label.choice.key for label in labels},
            "flags": labels[0].flags if labels else [],
            "comment": labels[0].comment if labels else "",
            "skipped": one.skip_reason,
            # What is given again goes on from there.
            "seconds": one.seconds_spent,
            "keys": one.keys_pressed,
            "mentions": [
                {"start": m.start, "end": m.end, "kind": m.kind, "scope": m.scope} for m in marks
            ],
        }
    return found


def _given_in_test(one: Assignment) -> dict[str, Any]:
    answers = answers_given(one)
    return {
        "answers": {answer.question.key: answer.choice.key for answer in answers if answer.choice},
        "flags": [],
        "comment": "",
        "skipped": one.skip_reason,
        "seconds": one.seconds_spent,
        "keys": one.keys_pressed,
        "mentions": next((answer.mentions for answer in answers if answer.mentions), []),
    }


def questions_version() -> str:
    """Which sets of choices are asked now: another one after each change of a set."""
    asked = Question.objects.filter(active=True).order_by("key")
    return ",".join(f"{key}:{version}" for key, version in asked.values_list("key", "version"))


def guideline_version() -> int:
    """Of the guideline in force; 0 where there is none."""
    return Guideline.objects.values_list("version", flat=True).first() or 0


def _labels_of(one: Assignment) -> QuerySet[Annotation]:
    """What stands of the answer. One that was given again may stand at the item of the first."""
    mine = Annotation.objects.filter(annotator=one.annotator_id, question__active=True)
    if relabels(one.item.batch):
        mine = mine.filter(
            revision__review=one.item.review_id, question__key__in=one.item.batch.questions
        )
    else:
        mine = mine.filter(item=one.item_id)
    return mine.select_related("question", "choice")


def guideline_clauses() -> tuple[int, list[tuple[Clause, Clause | None]]]:
    """The version in force, and each clause in English and Chinese."""
    guideline = Guideline.objects.first()
    if guideline is None:
        return 0, []
    chinese = {one.id: one for one in clauses(guideline.text_zh)}
    return guideline.version, [(one, chinese.get(one.id)) for one in clauses(guideline.text_en)]
