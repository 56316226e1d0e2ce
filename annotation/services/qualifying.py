"""Tests before real work: made by leads from gold, taken on the labelling page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import Store, User
from accounts.selectors import stores_for
from annotation.frames import BadBatch
from annotation.models import (
    Assignment,
    Batch,
    BatchItem,
    Choice,
    Qualification,
    QualificationAnswer,
    QualificationAttempt,
    Question,
    SamplingDesign,
)
from annotation.selectors.assignments import gold_free, may_label
from annotation.selectors.gold import gold_answers
from annotation.selectors.hiding import gold_order
from annotation.selectors.leading import batches_led, may_change
from annotation.selectors.leads import may_lead
from annotation.selectors.qualification import (
    attempt_open,
    items_counted,
    items_left,
    right_answers,
    tests_for,
)
from annotation.services.labels import GivenMention
from privacy.services import audit_record

DEMAND = "product_demand"
_MOST = 1000  # gold reviews of one test


class NoAttempt(ValueError):
    """The test cannot be begun; the message says why."""


@dataclass(frozen=True, slots=True)
class QualificationWanted:
    """pass_mark: right answers in per cent; reviews: of one attempt; guards_all: whether every
    batch of the stores is closed to who has not passed."""

    name: str
    pass_mark: int = 80
    reviews: int = 10
    attempts: int = 2
    questions: Sequence[str] = ()
    guards_all: bool = False


@transaction.atomic
def qualification_create(
    *, actor: User, stores: Sequence[Store], wanted: QualificationWanted
) -> Batch:
    """An open test of all reviews of `stores` with gold answers to its questions.

    There must be as many as all attempts together take. Raises BadBatch, and PermissionError for
    who is no lead or lacks a store.
    """
    if not may_lead(actor) or {one.pk for one in stores} - set(
        stores_for(actor).values_list("pk", flat=True)
    ):
        raise PermissionError("tests are made by leads, of their stores")
    _check(wanted)
    known = gold_answers(stores)
    if wanted.questions:
        known = known.filter(question__key__in=wanted.questions)
    reviews = sorted(set(known.values_list("revision__review", flat=True)))[:_MOST]
    needed = wanted.reviews * wanted.attempts
    if len(reviews) < needed:
        raise BadBatch(
            "reviews",
            f"{needed} reviews with gold answers are needed and there are {len(reviews)}: set more "
            "gold answers, or ask for fewer reviews or attempts",
        )
    batch = Batch.objects.create(
        name=wanted.name.strip(),
        design=SamplingDesign.TEST,
        state=Batch.State.OPEN,
        questions=list(wanted.questions),
        created_by=actor,
    )
    BatchItem.objects.bulk_create(
        BatchItem(batch=batch, review_id=pk, is_gold=True) for pk in reviews
    )
    test = Qualification.objects.create(
        batch=batch,
        pass_mark=wanted.pass_mark,
        reviews=wanted.reviews,
        attempts=wanted.attempts,
    )
    test.guards_stores.set(stores if wanted.guards_all else [])
    audit_record(
        actor=actor,
        action="qualification.create",
        object_type="batch",
        object_id=batch.pk,
        details={"gold": len(reviews), "pass_mark": wanted.pass_mark},
    )
    return batch


def _check(wanted: QualificationWanted) -> None:
    name = wanted.name.strip()
    if not name or len(name) > 120:
        raise BadBatch("name", "give it a name of 1 to 120 characters")
    if name.casefold() == "audit" or name.casefold().startswith("starter-"):
        raise BadBatch("name", "audit and starter-... are the product's own; choose another one")
    if Batch.objects.filter(name=name).exists():
        raise BadBatch("name", "there is a batch of this name; choose another one")
    if not 1 <= wanted.pass_mark <= 100:
        raise BadBatch("pass_mark", "a whole number of 1 to 100")
    if not 1 <= wanted.reviews <= 200:
        raise BadBatch("reviews", "1 to 200 reviews")
    if not 1 <= wanted.attempts <= 10:
        raise BadBatch("attempts", "1 to 10 attempts")
    known = set(Question.objects.filter(active=True).values_list("key", flat=True))
    if unknown := set(wanted.questions) - known:
        raise BadBatch("questions", f"unknown: {', '.join(sorted(unknown))}")


@transaction.atomic
def batch_guard(*, actor: User, batch: Batch, tests: Sequence[Qualification]) -> None:
    """`batch` is closed to who has not passed each of `tests`; none opens it again.

    Raises BadBatch, and PermissionError for who may not change the batch.
    """
    if not may_lead(actor) or not may_change(actor, batch):
        raise PermissionError("others have reviews in this batch, too")
    if batch.design == SamplingDesign.TEST:
        raise BadBatch("tests", "a test needs no other test")
    seen = batches_led(actor).values("pk")
    if any(not seen.filter(pk=one.batch_id).exists() for one in tests):
        raise BadBatch("tests", "it is of another store; choose another test")
    kept = batch.needs.exclude(batch__in=seen)
    batch.needs.set([*tests, *kept])
    audit_record(
        actor=actor,
        action="qualification.guard",
        object_type="batch",
        object_id=batch.pk,
        details={"tests": sorted(one.batch_id for one in tests)},
    )


@transaction.atomic
def attempt_begin(*, actor: User, test: Qualification) -> QualificationAttempt:
    """The open attempt, or a new one with reviews that `actor` has never had.

    Raises NoAttempt, which says why there is none.
    """
    Qualification.objects.select_for_update().get(pk=test.pk)
    if not may_label(actor) or may_lead(actor) or not tests_for(actor).filter(pk=test.pk).exists():
        raise NoAttempt("this test is not for you, or closed")
    if found := attempt_open(actor, test.batch):
        return found
    mine = test.tries.filter(person=actor)
    if mine.filter(passed=True).exists():
        raise NoAttempt("you have passed it already")
    if (used := mine.count()) >= test.attempts:
        raise NoAttempt("you have used all attempts; ask who leads the labelling")
    known = right_answers(test.batch).values("revision__review")
    free = gold_free(actor, test.batch, timezone.now()).filter(review__in=known)
    drawn = gold_order(actor, free)[: test.reviews]
    if len(drawn) < test.reviews:
        raise NoAttempt("too few reviews are left that you have not seen; ask who leads")
    made = QualificationAttempt.objects.create(
        qualification=test, person=actor, number=used + 1, items=drawn
    )
    _told(made, "qualification.begin")
    return made


def next_item(person: User, batch: Batch) -> BatchItem | None:
    """What comes next in the open attempt of `person`; where nothing is left it ends."""
    attempt = attempt_open(person, batch)
    if attempt is None:
        return None
    in_hand = Assignment.objects.filter(
        annotator=person, item__batch=batch, taken_until__gt=timezone.now()
    )
    held = set(in_hand.values_list("item", flat=True))
    free = [pk for pk in items_left(attempt) if pk not in held]
    if free:
        return BatchItem.objects.get(pk=free[0])
    attempt_close(attempt=attempt)
    return None


def attempt_of(assignment: Assignment) -> QualificationAttempt | None:
    """The open attempt that a review in hand belongs to, locked; None once it has ended."""
    found = QualificationAttempt.objects.select_for_update(of=("self",)).filter(
        qualification__batch=assignment.item.batch_id,
        person=assignment.annotator_id,
        ended_at=None,
        items__contains=[assignment.item_id],
    )
    return found.select_related("qualification__batch", "person").first()


def attempt_answer(
    *,
    attempt: QualificationAttempt,
    assignment: Assignment,
    choices: Sequence[Choice],
    mentions: Sequence[GivenMention],
) -> None:
    """Keep the answer apart from labels, in place of that of before; none where it is skipped."""
    attempt.answers.filter(item=assignment.item_id).delete()
    marks = [
        {"start": one.start, "end": one.end, "kind": one.kind, "scope": one.scope}
        for one in mentions
    ]
    QualificationAnswer.objects.bulk_create(
        QualificationAnswer(
            attempt=attempt,
            item_id=assignment.item_id,
            question=choice.question,
            choice=choice,
            mentions=marks if choice.question.key == DEMAND else None,
        )
        for choice in choices
    )


@transaction.atomic
def attempt_close(*, attempt: QualificationAttempt) -> None:
    """End the attempt if nothing of it is left: each known answer is compared with the given one.

    What was skipped is wrong. Where nothing can be judged any more it counts as no attempt.
    """
    held = QualificationAttempt.objects.select_for_update().filter(pk=attempt.pk, ended_at=None)
    if held.first() is None or items_left(attempt):
        return
    right = asked = 0
    items = dict(items_counted(attempt).values_list("review", "pk"))
    attempt.answers.exclude(item__in=items.values()).delete()
    given = {(one.item_id, one.question_id): one for one in attempt.answers.all()}
    known = right_answers(attempt.qualification.batch).filter(revision__review__in=items)
    for gold in known.select_related("revision"):
        place = (items[gold.revision.review_id], gold.question_id)
        answer = given.get(place) or QualificationAnswer(
            attempt=attempt, item_id=place[0], question_id=place[1]
        )
        answer.right_id = gold.choice_id
        answer.save()
        asked += 1
        right += answer.choice_id == gold.choice_id
    attempt.answers.filter(right=None).delete()
    if not asked:
        attempt.delete()
        return
    attempt.right, attempt.asked, attempt.ended_at = right, asked, timezone.now()
    attempt.passed = 100 * right >= attempt.qualification.pass_mark * asked
    attempt.save()
    _told(attempt, "qualification.end")


def _told(attempt: QualificationAttempt, action: str) -> None:
    """Without the result, which is for the person and their lead."""
    audit_record(
        actor=attempt.person,
        action=action,
        object_type="batch",
        object_id=attempt.qualification.batch_id,
        details={"attempt": attempt.number},
    )
