"""Tests before real work: made by leads from gold, taken on the labelling page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import Store, User
from accounts.selectors import stores_for
from annotation.batch_wording import stores_words
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
from annotation.selectors.label_sets import key_now
from annotation.selectors.leading import batches_led, may_change
from annotation.selectors.leads import may_lead
from annotation.selectors.qualification import (
    attempt_last,
    attempt_open,
    counting,
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
    settings_check(wanted)
    _check_questions(wanted)
    reviews = gold_stock(stores, wanted.questions)
    guards = stores if wanted.guards_all else []
    stock_check(wanted, reviews, guards)
    batch = Batch.objects.create(
        name=wanted.name.strip(),
        design=SamplingDesign.TEST,
        state=Batch.State.OPEN,
        questions=list(wanted.questions),
        frame_filter={"stores": [one.key for one in stores]},
        created_by=actor,
    )
    stock_fill(batch, reviews)
    test = Qualification.objects.create(
        batch=batch,
        pass_mark=wanted.pass_mark,
        reviews=wanted.reviews,
        attempts=wanted.attempts,
    )
    test.guards_stores.set(guards)
    audit_record(
        actor=actor,
        action="qualification.create",
        object_type="batch",
        object_id=batch.pk,
        details={"gold": len(reviews), "pass_mark": wanted.pass_mark},
    )
    return batch


def gold_stock(stores: Sequence[Store], questions: Sequence[str]) -> dict[int, int]:
    """The reviews of `stores` with gold answers to `questions` (empty: to any), each with its
    store; the first thousand."""
    known = gold_answers(stores)
    if questions:
        known = known.filter(question__key__in=questions)
    found = known.order_by("revision__review").values_list(
        "revision__review", "revision__review__store"
    )
    return dict(found.distinct()[:_MOST])


def stock_fill(batch: Batch, reviews: Iterable[int]) -> None:
    """Put those that are not among its reviews yet into the test."""
    BatchItem.objects.bulk_create(
        (BatchItem(batch=batch, review_id=pk, is_gold=True) for pk in reviews),
        ignore_conflicts=True,
    )


def settings_check(wanted: QualificationWanted, but: Batch | None = None) -> None:
    """`but`: whose name it may have. Raises BadBatch."""
    name = wanted.name.strip()
    if not name or len(name) > 120:
        raise BadBatch("name", "give it a name of 1 to 120 characters")
    if name.casefold() == "audit" or name.casefold().startswith("starter-"):
        raise BadBatch("name", "audit and starter-... are the product's own; choose another one")
    others = Batch.objects.filter(name=name)
    if (others if but is None else others.exclude(pk=but.pk)).exists():
        raise BadBatch("name", "there is a batch of this name; choose another one")
    if not 1 <= wanted.pass_mark <= 100:
        raise BadBatch("pass_mark", "a whole number of 1 to 100")
    if not 1 <= wanted.reviews <= 200:
        raise BadBatch("reviews", "1 to 200 reviews")
    if not 1 <= wanted.attempts <= 10:
        raise BadBatch("attempts", "1 to 10 attempts")


def stock_check(
    wanted: QualificationWanted, reviews: Mapping[int, int], guards: Iterable[Store]
) -> None:
    """That there are as many reviews as all attempts together take, in each store of which every
    batch needs the test as well: some people have that store alone. Raises BadBatch."""
    needed = wanted.reviews * wanted.attempts
    if len(reviews) < needed:
        raise BadBatch(
            "reviews",
            f"{needed} reviews with gold answers are needed and there are {len(reviews)}: set more "
            "gold answers, or ask for fewer reviews or attempts",
        )
    by_store = Counter(reviews.values())
    for store in guards:
        if by_store[store.pk] < needed:
            raise BadBatch(
                "guards",
                f"who has {stores_words([store.key])} alone could not take the test: {needed} "
                "reviews with gold answers are needed there and there are "
                f"{by_store[store.pk]}",
            )


def _check_questions(wanted: QualificationWanted) -> None:
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
    _check_reach(batch, tests)
    kept = batch.needs.exclude(batch__in=seen)
    batch.needs.set([*tests, *kept])
    audit_record(
        actor=actor,
        action="qualification.guard",
        object_type="batch",
        object_id=batch.pk,
        details={"tests": sorted(one.batch_id for one in tests)},
    )


def _check_reach(batch: Batch, tests: Sequence[Qualification]) -> None:
    """Who has one store of the batch alone must be able to take each of the tests."""
    wanted = set(batch.items.order_by().values_list("review__store__key", flat=True).distinct())
    for one in tests:
        there = set(one.batch.items.values_list("review__store__key", flat=True))
        if missing := sorted(wanted - there):
            raise BadBatch(
                "tests",
                f"{one.batch.name} has no reviews of {stores_words(missing)}: who has no other "
                "store could not take it; choose another test",
            )


@transaction.atomic
def attempt_begin(*, actor: User, test: Qualification) -> QualificationAttempt:
    """The open attempt, or a new one with reviews that `actor` has never had.

    Raises NoAttempt, which says why there is none.
    """
    held = Qualification.objects.select_for_update(of=("self",)).select_related("batch")
    test = held.get(pk=test.pk)
    if not may_label(actor) or may_lead(actor) or not tests_for(actor).filter(pk=test.pk).exists():
        raise NoAttempt("this test is not for you, or closed")
    if found := attempt_open(actor, test.batch):
        return found
    mine = test.tries.filter(counting(), person=actor)
    if mine.filter(passed=True).exists():
        raise NoAttempt("you have passed it already")
    if mine.count() >= test.attempts:
        raise NoAttempt("you have used all attempts; ask who leads the labelling")
    known = right_answers(test.batch).values("revision__review")
    free = gold_free(actor, test.batch, timezone.now()).filter(review__in=known)
    drawn = gold_order(actor, free)[: test.reviews]
    if len(drawn) < test.reviews:
        raise NoAttempt("too few reviews are left that you have not seen; ask who leads")
    last = attempt_last(actor, test.batch)
    made = QualificationAttempt.objects.create(
        qualification=test,
        person=actor,
        number=1 if last is None else last.number + 1,
        items=drawn,
        pass_mark=test.pass_mark,
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
    judged = _judged(attempt)
    if not judged:
        attempt.delete()
        return
    attempt.answers.exclude(pk__in=[one.pk for one in judged if one.pk]).delete()
    QualificationAnswer.objects.bulk_create([one for one in judged if not one.pk])
    QualificationAnswer.objects.bulk_update(
        [one for one in judged if one.pk], ["question", "choice", "right"]
    )
    attempt.right = sum(one.choice_id == one.right_id for one in judged)
    attempt.asked, attempt.ended_at = len(judged), timezone.now()
    attempt.passed = 100 * attempt.right >= attempt.mark * attempt.asked
    attempt.save()
    _told(attempt, "qualification.end")


def _judged(attempt: QualificationAttempt) -> list[QualificationAnswer]:
    """An answer for each that is known, without a choice where it was skipped; not yet stored.

    One that was given before its choice was split or retired cannot be judged, and is left out.
    """
    items = dict(items_counted(attempt).values_list("review", "pk"))
    answers = attempt.answers.select_related("question", "choice")
    given = {(one.item_id, one.question.key): one for one in answers}
    known = right_answers(attempt.qualification.batch).filter(revision__review__in=items)
    found = []
    for gold in known.select_related("revision", "question"):
        item = items[gold.revision.review_id]
        answer = given.get((item, gold.question.key))
        if answer is None:
            answer = QualificationAnswer(attempt=attempt, item_id=item, question=gold.question)
        elif not _brought_over(answer, gold.question):
            continue
        answer.right_id = gold.choice_id
        found.append(answer)
    return found


def _brought_over(answer: QualificationAnswer, question: Question) -> bool:
    """Whether the answer is one to the question as it is asked now, or could be made one."""
    if answer.question_id == question.pk or answer.choice is None:
        return True
    choices = {one.key: one for one in question.choices.all()}
    now = choices.get(key_now(question.key, choices, answer.choice.key) or "")
    if now is not None:
        answer.question, answer.choice = question, now
    return now is not None


def _told(attempt: QualificationAttempt, action: str) -> None:
    """Without the result, which is for the person and their lead."""
    audit_record(
        actor=attempt.person,
        action=action,
        object_type="batch",
        object_id=attempt.qualification.batch_id,
        details={"attempt": attempt.number},
    )
