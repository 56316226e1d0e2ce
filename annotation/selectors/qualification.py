"""Tests before real work: what they guard, who has passed, and what came out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import Store, User
from accounts.selectors import stores_for
from annotation.models import (
    Annotation,
    Assignment,
    Batch,
    BatchItem,
    GoldAnswer,
    Qualification,
    QualificationAnswer,
    QualificationAttempt,
    SamplingDesign,
)
from annotation.selectors.leads import may_lead
from reviews.models import Purpose
from reviews.selectors import reviews_for


def counting() -> Q:
    """The condition on an attempt that it counts: see `QualificationAttempt.counts`."""
    since = F("qualification__counts_from")
    return Q(ended_at=None) | Q(qualification__counts_from=None) | Q(ended_at__gte=since)


def is_test(batch: Batch) -> bool:
    return batch.design == SamplingDesign.TEST


def attempt_open(person: User, batch: Batch) -> QualificationAttempt | None:
    found = QualificationAttempt.objects.filter(
        qualification__batch=batch, person=person, ended_at=None
    )
    return found.select_related("qualification__batch").first()


def attempt_last(person: User, batch: Batch) -> QualificationAttempt | None:
    """Ended or not."""
    found = QualificationAttempt.objects.filter(qualification__batch=batch, person=person)
    return found.order_by("-number").first()


def attempt_progress(person: User, batch: Batch) -> dict[str, int]:
    """Of the last attempt: reviews that are answered or skipped, and all of them."""
    attempt = attempt_last(person, batch)
    if attempt is None:
        return {"ended": 0, "wanted": 0}
    done = Assignment.objects.filter(
        annotator=person, item__in=attempt.items, ended_at__isnull=False
    )
    return {"ended": done.count(), "wanted": len(attempt.items)}


def tests_lacking(person: User) -> QuerySet[Qualification]:
    """The open tests that `person` has not passed. Leads, who set what is right, need none."""
    if may_lead(person):
        return Qualification.objects.none()
    passed = QualificationAttempt.objects.filter(
        counting(), qualification=OuterRef("pk"), person=person, passed=True
    )
    return Qualification.objects.filter(~Exists(passed), batch__state=Batch.State.OPEN)


def guarded_by(tests: Iterable[Qualification], batches: QuerySet[Batch]) -> QuerySet[Batch]:
    """Those of `batches` that one of `tests` guards; a test is guarded by none."""
    ids = [one.pk for one in tests]
    if not ids:
        return batches.none()
    named = Qualification.guarded.through.objects.filter(
        qualification__in=ids, batch=OuterRef("pk")
    )
    stores = list(
        Qualification.guards_stores.through.objects.filter(qualification__in=ids).values_list(
            "store", flat=True
        )
    )
    condition = Q(Exists(named))
    if stores:
        items = BatchItem.objects.filter(batch=OuterRef("pk"), review__store__in=stores)
        condition |= Q(Exists(items))
    return batches.filter(condition).exclude(design=SamplingDesign.TEST)


def unguarded(person: User, batches: QuerySet[Batch]) -> QuerySet[Batch]:
    """Those of `batches` that `person` may work on: their tests are passed, and of the tests
    themselves those they have begun, so that the page of one just ended can say so."""
    begun = QualificationAttempt.objects.filter(qualification__batch=OuterRef("pk"), person=person)
    found = batches.filter(~Q(design=SamplingDesign.TEST) | Exists(begun))
    lacking = list(tests_lacking(person))
    if not lacking:
        return found
    closed = guarded_by(lacking, Batch.objects.all()).values("pk")
    return found.exclude(pk__in=closed)


def is_guarded(person: User, batch: Batch) -> bool:
    return guarded_by(list(tests_lacking(person)), Batch.objects.filter(pk=batch.pk)).exists()


def right_answers(batch: Batch) -> QuerySet[GoldAnswer]:
    """What is known of current texts, to the questions of `batch`."""
    found = GoldAnswer.objects.filter(revision__is_current=True, question__active=True)
    return found.filter(question__key__in=batch.questions) if batch.questions else found


def items_counted(attempt: QualificationAttempt) -> QuerySet[BatchItem]:
    """The reviews of an attempt that can be judged: not those that may no longer be labelled, have
    no gold answer any more, or were labelled by the person elsewhere meanwhile."""
    batch, person = attempt.qualification.batch, attempt.person
    known = right_answers(batch).filter(revision__review=OuterRef("review"))
    labelled = Annotation.objects.filter(annotator=person, revision__review=OuterRef("review"))
    elsewhere = Assignment.objects.filter(
        annotator=person, item__review=OuterRef("review"), ended_at__isnull=False
    ).exclude(item=OuterRef("pk"))
    return BatchItem.objects.filter(
        Exists(known),
        ~Exists(labelled),
        ~Exists(elsewhere),
        pk__in=attempt.items,
        review__in=reviews_for(Purpose.LABEL, stores_for(person)),
    )


def items_left(attempt: QualificationAttempt) -> list[int]:
    """Ids of what is still to be answered, in the order in which it is given out."""
    done = Assignment.objects.filter(
        item=OuterRef("pk"), annotator=attempt.person, ended_at__isnull=False
    )
    left = set(items_counted(attempt).filter(~Exists(done)).values_list("pk", flat=True))
    return [pk for pk in attempt.items if pk in left]


def answers_given(assignment: Assignment) -> list[QualificationAnswer]:
    """What the person answered about a review of a test."""
    found = QualificationAnswer.objects.filter(
        attempt__person=assignment.annotator_id, item=assignment.item_id, choice__isnull=False
    )
    return list(found.select_related("question", "choice"))


@dataclass(frozen=True, slots=True)
class SeenTest:
    """A test as the person it is for sees it; `opens`: batches that it guards."""

    test: Qualification
    attempts: list[QualificationAttempt]
    opens: list[Batch] = field(default_factory=list)

    @property
    def passed(self) -> QualificationAttempt | None:
        return next((one for one in self.attempts if one.passed), None)

    @property
    def begun(self) -> bool:
        return any(one.ended_at is None for one in self.attempts)

    @property
    def last(self) -> QualificationAttempt | None:
        ended = [one for one in self.attempts if one.ended_at is not None]
        return ended[-1] if ended else None

    @property
    def left(self) -> int:
        return max(0, self.test.attempts - len(self.attempts))


def tests_for(person: User) -> QuerySet[Qualification]:
    """The open tests with reviews of `person`'s stores that are meant for them."""
    items = BatchItem.objects.filter(
        batch=OuterRef("batch"), review__in=reviews_for(Purpose.LABEL, stores_for(person))
    )
    meant = Q(batch__annotators=None) | Q(batch__annotators=person)
    found = Qualification.objects.filter(meant, Exists(items), batch__state=Batch.State.OPEN)
    return found.select_related("batch").distinct().order_by("batch__name")


def tests_seen(person: User) -> list[SeenTest]:
    """For the start page: each test, own attempts, and which open batches it opens."""
    if may_lead(person):
        return []
    given = Q(annotators=None) | Q(annotators=person)
    items = BatchItem.objects.filter(
        batch=OuterRef("pk"), review__in=reviews_for(Purpose.LABEL, stores_for(person))
    )
    theirs = Batch.objects.filter(given, Exists(items), state=Batch.State.OPEN).distinct()
    found = []
    for test in tests_for(person):
        attempts = list(test.tries.filter(counting(), person=person))
        found.append(SeenTest(test, attempts, list(guarded_by([test], theirs).order_by("pk"))))
    return found


@dataclass(frozen=True, slots=True)
class QuestionScore:
    question: str
    right: int
    asked: int


def scores(attempt: QualificationAttempt) -> list[QuestionScore]:
    """Right answers by question, in the order of the questions."""
    asked: Counter[str] = Counter()
    right: Counter[str] = Counter()
    rows = attempt.answers.filter(right__isnull=False).order_by("question__order", "pk")
    for key, given, known in rows.values_list("question__key", "choice__key", "right__key"):
        asked[key] += 1
        right[key] += given == known
    return [QuestionScore(key, right[key], asked[key]) for key in asked]


def wrong_answers(attempt: QualificationAttempt) -> list[QualificationAnswer]:
    """Skipped ones are among them, without a choice."""
    rows = attempt.answers.filter(right__isnull=False).select_related(
        "question", "choice", "right", "item__review"
    )
    places = {pk: place for place, pk in enumerate(attempt.items)}
    wrong = [one for one in rows if one.choice_id != one.right_id]
    return sorted(wrong, key=lambda one: (places.get(one.item_id, 0), one.question.order))


def may_begin(person: User, test: Qualification) -> bool:
    """Whether another attempt is left to `person`, who has not passed."""
    mine = list(test.tries.filter(counting(), person=person))
    is_open = test.batch.state == Batch.State.OPEN
    return is_open and len(mine) < test.attempts and not any(one.passed for one in mine)


def place_of(attempt: QualificationAttempt) -> int:
    """Which of the attempts that count it is, from 1; 0 for one that no longer counts."""
    if not attempt.counts:
        return 0
    mine = attempt.qualification.tries.filter(counting(), person=attempt.person_id)
    return mine.filter(number__lte=attempt.number).count()


def taken(test: Qualification) -> dict[str, int]:
    """How many people have passed, have not, and are at it."""
    tries = test.tries.filter(counting())
    passed = set(tries.filter(passed=True).values_list("person", flat=True))
    begun = set(tries.filter(ended_at=None).values_list("person", flat=True))
    everybody = set(tries.values_list("person", flat=True))
    return {
        "passed": len(passed),
        "under_way": len(begun),
        "failed": len(everybody - passed - begun),
    }


def marks_made(attempt: QualificationAttempt) -> dict[int, list[tuple[int, int, str]]]:
    """By item the start, end and kind of what the person marked, where the text is still the one
    that was shown."""
    shown = Assignment.objects.filter(
        annotator=attempt.person_id, item__in=attempt.items, revision__is_current=True
    )
    marked = attempt.answers.filter(mentions__isnull=False, item__in=shown.values("item"))
    return {
        item: [(one["start"], one["end"], one["kind"]) for one in mentions or []]
        for item, mentions in marked.values_list("item", "mentions")
    }


def stores_of_test(batch: Batch) -> list[Store]:
    """Those it was made of; of which it has reviews, where nobody wrote that down."""
    keys = batch.frame_filter.get("stores")
    if keys is not None:
        return list(Store.objects.filter(key__in=keys).order_by("key"))
    found = batch.items.order_by().values("review__store")
    return list(Store.objects.filter(pk__in=found).order_by("key"))


def attempts_of(test: Qualification) -> QuerySet[QualificationAttempt]:
    """Of everybody, for their lead: by person, then in order."""
    found = test.tries.select_related("person", "qualification")
    return found.order_by("person__username", "number")
