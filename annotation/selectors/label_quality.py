"""How good the labels are: agreement by question, language, week and pair; where reviews stand.

Figures about one person (pairs, own agreement, gold) are worked out from the answers of the last
180 days when somebody who may see them looks, and are stored nowhere.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations

from django.db.models import Count, Max, Q
from django.utils import timezone

from accounts.models import Store, User
from annotation.models import (
    Annotation,
    AnnotationSource,
    Assignment,
    BatchItem,
    Mention,
    Question,
    SamplingDesign,
)
from annotation.quality.agreement import Agreement, alpha, kappa, pairs_of
from annotation.quality.settling import State, state_of
from annotation.quality.shares import Share, share
from annotation.quality.spans import SpanAgreement, f1
from annotation.selectors.gold import gold_pairs
from annotation.selectors.settling import PEOPLE, adjudicated
from reviews.models import Purpose
from reviews.selectors import reviews_for, revisions_for
from taxonomy.mentions import DEMAND_KINDS

KEPT = timedelta(days=180)
"""How far back figures about one person go."""

WEEKS = 12
FEWEST_SHARED = 10
"""Reviews two people share below which their pair is not shown."""

_RUNS = 1000
_DEMAND = "product_demand"


@dataclass(frozen=True, slots=True)
class Answer:
    revision: int
    person: int
    choice: str
    language: str
    at: datetime


@dataclass(frozen=True, slots=True)
class QuestionQuality:
    """`weeks`: by the Monday of the week in which the last answer about a review came."""

    question: Question
    overall: Agreement
    languages: list[tuple[str, Agreement]]
    weeks: list[tuple[date, Agreement]]


@dataclass(frozen=True, slots=True)
class Pair:
    one: User
    other: User
    agreement: Agreement


def answers_of(
    stores: Iterable[Store], question: Question, *, starter: bool = False
) -> list[Answer]:
    """What people answered about reviews of `stores`; `starter`: what came with the sample data."""
    found = Annotation.objects.filter(
        revision__in=revisions_for(Purpose.LABEL, stores),
        question=question,
        source__in=[AnnotationSource.STARTER] if starter else PEOPLE,
    )
    rows = found.order_by().values_list(
        "revision_id", "annotator_id", "choice__key", "revision__review__language", "created_at"
    )
    return [Answer(*row) for row in rows.iterator(chunk_size=10_000)]


def rated(answers: Iterable[Answer]) -> dict[int, dict[int, str]]:
    found: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for one in answers:
        found[one.revision][one.person] = one.choice
    return dict(found)


def question_quality(question: Question, answers: Sequence[Answer]) -> QuestionQuality:
    by_language: defaultdict[str, list[Answer]] = defaultdict(list)
    last: dict[int, datetime] = {}
    for one in answers:
        by_language[one.language].append(one)
        last[one.revision] = max(one.at, last.get(one.revision, one.at))
    by_week: defaultdict[date, list[Answer]] = defaultdict(list)
    for one in answers:
        day = timezone.localtime(last[one.revision]).date()
        by_week[day - timedelta(days=day.weekday())].append(one)
    return QuestionQuality(
        question,
        alpha(rated(answers), runs=_RUNS),
        [(name, alpha(rated(some), runs=_RUNS)) for name, some in sorted(by_language.items())],
        [(week, alpha(rated(by_week[week]), runs=_RUNS)) for week in sorted(by_week)[-WEEKS:]],
    )


def pairs_found(answers: Iterable[Answer]) -> list[Pair]:
    """Cohen's kappa of every two people who share enough reviews of the last 180 days."""
    since = timezone.now() - KEPT
    shared = pairs_of(rated(one for one in answers if one.at >= since))
    enough = {pair: said for pair, said in shared.items() if len(said) >= FEWEST_SHARED}
    people = User.objects.in_bulk({person for pair in enough for person in pair})
    found = [
        Pair(people[one], people[other], kappa(said, runs=_RUNS))
        for (one, other), said in enough.items()
    ]
    return sorted(found, key=lambda pair: (pair.one.get_username(), pair.other.get_username()))


def spans_found(
    stores: Iterable[Store], *, starter: bool = False
) -> tuple[SpanAgreement, SpanAgreement]:
    """F1 of what pairs of people marked, with the same ends and with overlapping ones.

    Of wishes; of praise and complaints as well where the batch asked for them.
    """
    looked: defaultdict[int, dict[int, bool]] = defaultdict(dict)
    rows = Annotation.objects.filter(
        revision__in=revisions_for(Purpose.LABEL, stores),
        question__key=_DEMAND,
        question__active=True,
        source__in=[AnnotationSource.STARTER] if starter else PEOPLE,
    ).values_list("revision_id", "annotator_id", "item__batch__all_mentions")
    for revision, person, every in rows.iterator(chunk_size=10_000):
        looked[revision][person] = bool(every)
    several = {pk: people for pk, people in looked.items() if len(people) > 1}
    marks: defaultdict[tuple[int, int], set[tuple[int, int, str]]] = defaultdict(set)
    for revision, person, start, end, kind in Mention.objects.filter(
        revision__in=several
    ).values_list("revision_id", "annotator_id", "start", "end", "kind"):
        if several[revision].get(person) or kind in DEMAND_KINDS:
            marks[revision, person].add((start, end, kind))
    marked = [
        (marks[revision, one], marks[revision, other])
        for revision, people in several.items()
        for one, other in combinations(sorted(people), 2)
    ]
    return f1(marked, runs=_RUNS), f1(marked, whole=False, runs=_RUNS)


def states_found(stores: Iterable[Store], question: Question) -> Counter[State]:
    """How many reviews of drawn batches are done, to settle, waiting or left out."""
    items = (
        BatchItem.objects.filter(review__in=reviews_for(Purpose.LABEL, stores), is_gold=False)
        .filter(Q(batch__questions=[]) | Q(batch__questions__contains=[question.key]))
        .exclude(batch__design=SamplingDesign.GIVEN)
    )
    wanted = dict(
        items.order_by()
        .values("review")
        .annotate(n=Max("wanted_answers"))
        .values_list("review_id", "n")
    )
    skips = dict(
        Assignment.objects.filter(item__in=items, state=Assignment.State.SKIPPED)
        .order_by()
        .values("item__review")
        .annotate(n=Count("pk"))
        .values_list("item__review", "n")
    )
    said: defaultdict[int, list[str]] = defaultdict(list)
    revisions: dict[int, int] = {}
    rows = Annotation.objects.filter(
        revision__review__in=wanted, question=question, source__in=PEOPLE
    ).values_list("revision__review_id", "revision_id", "choice__key")
    for review, revision, choice in rows.iterator(chunk_size=10_000):
        said[review].append(choice)
        revisions[review] = revision
    decided = adjudicated(list(revisions.values()))
    return Counter(
        state_of(
            said[review],
            wanted=n,
            skips=skips.get(review, 0),
            adjudicated=question.key in decided.get(revisions.get(review, 0), {}),
        )
        for review, n in wanted.items()
    )


def own_agreement(person: User) -> Share | None:
    """For `person` alone: how often they and the others gave the same answer in 180 days.

    None below 20 shared answers. Pairs of answers to any question count alike.
    """
    since = timezone.now() - KEPT
    mine = {
        (revision, question): choice
        for revision, question, choice in Annotation.objects.filter(
            annotator=person, source__in=PEOPLE, created_at__gte=since, question__active=True
        ).values_list("revision_id", "question_id", "choice_id")
    }
    others = (
        Annotation.objects.filter(revision__in={revision for revision, _ in mine})
        .filter(source__in=PEOPLE)
        .exclude(annotator=person)
        .values_list("revision_id", "question_id", "choice_id")
    )
    pairs = [
        mine[revision, question] == choice
        for revision, question, choice in others
        if (revision, question) in mine
    ]
    return share(sum(pairs), len(pairs)) if len(pairs) >= 20 else None


@dataclass(frozen=True, slots=True)
class GoldAccuracy:
    person: User
    overall: Share
    questions: dict[str, Share]


def gold_found(stores: Iterable[Store], person: User | None = None) -> list[GoldAccuracy]:
    """By person: how often they gave the answer known to be right, in the last 180 days."""
    hits: defaultdict[int, Counter[str]] = defaultdict(Counter)
    asked: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for who, question, gold, given, _ in gold_pairs(
        stores, annotator_id=None if person is None else person.pk, since=timezone.now() - KEPT
    ):
        asked[who][question] += 1
        hits[who][question] += gold == given
    people = User.objects.in_bulk(list(asked))
    found = [
        GoldAccuracy(
            people[who],
            share(hits[who].total(), asked[who].total()),
            {key: share(hits[who][key], n) for key, n in asked[who].items()},
        )
        for who in asked
    ]
    return sorted(found, key=lambda one: one.person.get_username())
