"""How good the labels are: agreement by question, language, week and pair, and about gold.

Figures about one person (pairs, own agreement, gold) are worked out from the answers of the last
180 days when somebody who may see them looks, and are stored nowhere.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations

from django.db.models import Count
from django.utils import timezone

from accounts.models import Store, User
from annotation.models import Annotation, AnnotationSource, Mention, Question
from annotation.quality.agreement import FEWEST, Agreement, Said, alpha_counted, kappa_counted
from annotation.quality.shares import Share, share
from annotation.quality.spans import Span, SpanAgreement, f1
from annotation.selectors.answer_counts import (
    Unit,
    answers_counted,
    pairs_counted,
    shared_counted,
)
from annotation.selectors.gold import gold_pairs
from annotation.selectors.settling import PEOPLE
from reviews.models import Purpose
from reviews.selectors import revisions_for
from taxonomy.mentions import DEMAND_KINDS

KEPT = timedelta(days=180)
"""How far back figures about one person go."""

WEEKS = 12
FEWEST_KNOWN = 10
"""Answers to gold below which no figure about a person is given."""

_RUNS = 1000
_DEMAND = "product_demand"


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


@dataclass(frozen=True, slots=True)
class Pairs:
    """Those who agree least first. `all`: how many pairs there are, whatever is listed."""

    question: Question
    listed: list[Pair]
    all: int


def questions_quality(
    questions: Sequence[Question], stores: Iterable[Store], *, starter: bool = False
) -> list[QuestionQuality]:
    """What people answered about reviews of `stores`; `starter`: what came with the sample data."""
    counted = answers_counted(stores, starter=starter)
    return [_question_quality(one, counted.get(one.pk, [])) for one in questions]


def _question_quality(question: Question, units: Sequence[Unit]) -> QuestionQuality:
    overall: Counter[Said] = Counter()
    by_language: defaultdict[str, Counter[Said]] = defaultdict(Counter)
    by_week: defaultdict[date, Counter[Said]] = defaultdict(Counter)
    for unit in units:
        for counts in (overall, by_language[unit.language], by_week[unit.monday]):
            counts[unit.said] += unit.reviews
    return QuestionQuality(
        question,
        alpha_counted(overall, runs=_RUNS),
        [(name, alpha_counted(some, runs=_RUNS)) for name, some in sorted(by_language.items())],
        [(week, alpha_counted(by_week[week], runs=_RUNS)) for week in sorted(by_week)[-WEEKS:]],
    )


def pairs_found(
    questions: Sequence[Question], stores: Iterable[Store], *, most: int | None = None
) -> list[Pairs]:
    """Cohen's kappa of every two people who share enough reviews of the last 180 days.

    The `most` who agree least, all without it: whose rules differ is to be seen, nobody ranked.
    """
    counted = pairs_counted(stores, timezone.now() - KEPT)
    found = []
    for question in questions:
        enough = {
            pair: said
            for pair, said in counted.get(question.pk, {}).items()
            if said.total() >= FEWEST
        }
        if enough:
            values = {pair: kappa_counted(said, runs=0).value for pair, said in enough.items()}
            least = sorted(enough, key=lambda pair: (values[pair] is None, values[pair], pair))
            found.append(Pairs(question, _named(least[:most], enough), len(enough)))
    return found


def _named(
    listed: Sequence[tuple[int, int]], said: Mapping[tuple[int, int], Counter[tuple[str, str]]]
) -> list[Pair]:
    people = User.objects.in_bulk({person for pair in listed for person in pair})
    return [
        Pair(people[one], people[other], kappa_counted(said[one, other], runs=_RUNS))
        for one, other in listed
    ]


def spans_found(
    stores: Iterable[Store], *, starter: bool = False
) -> tuple[SpanAgreement, SpanAgreement]:
    """F1 of what pairs of people marked, with the same ends and with overlapping ones.

    Of wishes; of praise and complaints as well where the batch asked for them.
    """
    looked = Annotation.objects.filter(
        revision__in=revisions_for(Purpose.LABEL, stores),
        question__key=_DEMAND,
        question__active=True,
        source__in=[AnnotationSource.STARTER] if starter else PEOPLE,
    ).order_by()
    several = looked.values("revision_id").annotate(n=Count("pk")).filter(n__gt=1)
    marks: defaultdict[int, defaultdict[int, set[Span]]] = defaultdict(lambda: defaultdict(set))
    found = Mention.objects.filter(revision__in=several.values("revision_id"))
    for revision, person, start, end, kind in found.values_list(
        "revision_id", "annotator_id", "start", "end", "kind"
    ):
        marks[revision][person].add((start, end, kind))
    pairs = sum(n * (n - 1) // 2 for n in several.values_list("n", flat=True))
    asked = looked.filter(revision__in=found.values("revision_id"))
    everything: defaultdict[int, dict[int, bool]] = defaultdict(dict)
    for revision, person, every in asked.values_list(
        "revision_id", "annotator_id", "item__batch__all_mentions"
    ):
        everything[revision][person] = bool(every)
    marked = [
        pair for pk, people in everything.items() for pair in _marked_alike(marks[pk], people)
    ]
    blank = pairs - len(marked)
    return f1(marked, blank=blank, runs=_RUNS), f1(marked, whole=False, blank=blank, runs=_RUNS)


def _marked_alike(
    marks: Mapping[int, set[Span]], people: Mapping[int, bool]
) -> Iterator[tuple[set[Span], set[Span]]]:
    """What each two of `people` marked in one review, of the kinds that both were asked for."""
    for one, other in combinations(sorted(people), 2):
        every = people[one] and people[other]
        first, second = (
            {mark for mark in marks.get(person, ()) if every or mark[2] in DEMAND_KINDS}
            for person in (one, other)
        )
        yield first, second


def own_agreement(person: User) -> Share | None:
    """For `person` alone: how often they and the others gave the same answer in 180 days.

    None below 20 shared answers. Pairs of answers to any question count alike. Up to yesterday:
    a figure that moved with each answer would tell what the other one said.
    """
    n, same = shared_counted(person, timezone.now() - KEPT, today_begun())
    return share(same, n) if n >= FEWEST else None


def today_begun() -> datetime:
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class GoldAccuracy:
    person: User
    overall: Share
    questions: dict[str, Share]

    @property
    def is_few(self) -> bool:
        """Whether there are too few answers to say anything of a person."""
        return self.overall.n < FEWEST_KNOWN


def own_gold(stores: Iterable[Store], person: User) -> GoldAccuracy | None:
    """For `person` alone; up to yesterday, as what moves with an answer tells which one was gold.

    None where there are too few answers.
    """
    found = gold_found(stores, person, today_begun())
    return found[0] if found and not found[0].is_few else None


def gold_found(
    stores: Iterable[Store], person: User | None = None, until: datetime | None = None
) -> list[GoldAccuracy]:
    """By person: how often they gave the answer known to be right, in the last 180 days."""
    hits: defaultdict[int, Counter[str]] = defaultdict(Counter)
    asked: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for who, question, gold, given, _ in gold_pairs(
        stores,
        annotator_id=None if person is None else person.pk,
        since=timezone.now() - KEPT,
        until=until,
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
