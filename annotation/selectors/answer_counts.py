"""Answers counted by the database: how many reviews were answered in which way.

Agreement needs the patterns of answers and how often each occurs, not the reviews: that is some
hundred rows, however many answers there are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import Count, F, Max, QuerySet
from django.utils import timezone

from accounts.models import Store
from annotation.models import (
    Adjudication,
    Annotation,
    AnnotationSource,
    Assignment,
    BatchItem,
    Choice,
    SamplingDesign,
)
from annotation.quality.agreement import Said
from annotation.quality.settling import State, state_of
from annotation.selectors.settling import PEOPLE
from reviews.models import Purpose
from reviews.selectors import reviews_for, revisions_for

_UNDRAWN = (SamplingDesign.GIVEN, SamplingDesign.TEST)

_UNITS = """
select question_id, lang, date_trunc('week', at at time zone %s)::date, choices, count(*)
from ({units}) unit group by 1, 2, 3, 4
"""

_PAIRS = """
with said as materialized ({said})
select one.question_id, one.annotator_id, other.annotator_id, one.choice_id, other.choice_id,
       count(*)
from said one
join said other on other.revision_id = one.revision_id and other.question_id = one.question_id
    and other.annotator_id > one.annotator_id
group by 1, 2, 3, 4, 5
"""

_SHARED = """
select count(*), count(*) filter (where mine.choice_id = theirs.choice_id)
from ({mine}) mine join ({theirs}) theirs
    on theirs.revision_id = mine.revision_id and theirs.question_id = mine.question_id
"""

_STATES = """
with item as ({items}), skip as ({skips}), said as ({said}), decided as ({decided}),
asked as (
    select item.review_id, question.id as question_id, max(item.wanted_answers) as wanted
    from item join annotation_question question
        on question.active and (item.questions = '{{}}' or question.key = any(item.questions))
    group by 1, 2
)
select asked.question_id, asked.wanted, coalesce(skip.n, 0), decided.of_review is not null,
       said.choices, count(*)
from asked
left join skip on skip.of_review = asked.review_id
left join said on said.of_review = asked.review_id and said.question_id = asked.question_id
left join decided on decided.of_review = asked.review_id
    and decided.question_id = asked.question_id
group by 1, 2, 3, 4, 5
"""


@dataclass(frozen=True, slots=True)
class Unit:
    """`reviews` in one language were answered `said`, the last time in the week of `monday`."""

    language: str
    monday: date
    said: Said
    reviews: int


def answers_counted(stores: Iterable[Store], *, starter: bool = False) -> dict[int, list[Unit]]:
    """By question: reviews with two answers or more. `starter`: those of the sample data."""
    names = _names()
    units = (
        _answers(stores, [AnnotationSource.STARTER] if starter else PEOPLE)
        .values("question_id", "revision_id", lang=F("revision__review__language"))
        .annotate(at=Max("created_at"), n=Count("pk"), choices=ArrayAgg("choice_id"))
        .filter(n__gt=1)
    )
    found: defaultdict[int, list[Unit]] = defaultdict(list)
    zone = timezone.get_current_timezone_name()
    for question, language, monday, choices, n in _rows(_UNITS, {"units": units}, zone):
        said = tuple(sorted(names[one] for one in choices))
        found[question].append(Unit(language, monday, said, n))
    return found


Pairs = dict[tuple[int, int], Counter[tuple[str, str]]]
"""By pair of people (the lower id first): how many reviews they answered in which way."""


def pairs_counted(stores: Iterable[Store], since: datetime) -> dict[int, Pairs]:
    """By question: what every two people said about the reviews they share, from `since` on."""
    names = _names()
    said = (
        _answers(stores, PEOPLE)
        .filter(created_at__gte=since)
        .values("question_id", "revision_id", "annotator_id", "choice_id")
    )
    found: defaultdict[int, Pairs] = defaultdict(lambda: defaultdict(Counter))
    for question, one, other, first, second, n in _rows(_PAIRS, {"said": said}):
        found[question][one, other][names[first], names[second]] += n
    return found


def shared_counted(person: Any, since: datetime, until: datetime) -> tuple[int, int]:
    """How many answers `person` and somebody else gave to the same questions, and how many of
    them are the same. Of answers by `person` from `since` on, and by both before `until`."""
    given = Annotation.objects.filter(
        source__in=PEOPLE, question__active=True, created_at__lt=until
    ).values("question_id", "revision_id", "choice_id")
    mine = given.filter(annotator=person, created_at__gte=since)
    parts = {"mine": mine, "theirs": given.exclude(annotator=person)}
    [(n, same)] = _rows(_SHARED, parts)
    return n, same


def states_counted(stores: Iterable[Store]) -> dict[int, Counter[State]]:
    """By question: how many reviews of drawn batches are done, to settle, waiting or left out."""
    stores, names = list(stores), _names()
    items = BatchItem.objects.filter(
        review__in=reviews_for(Purpose.LABEL, stores), is_gold=False
    ).exclude(batch__design__in=_UNDRAWN)
    skips = (
        Assignment.objects.filter(item__in=items, state=Assignment.State.SKIPPED)
        .order_by()
        .values(of_review=F("item__review_id"))
        .annotate(n=Count("pk"))
    )
    said = (
        _answers(stores, PEOPLE)
        .exclude(item__in=BatchItem.objects.filter(is_gold=True))
        .values("question_id", of_review=F("revision__review_id"))
        .annotate(choices=ArrayAgg("choice_id"))
    )
    decided = Adjudication.objects.filter(
        revision__in=revisions_for(Purpose.LABEL, stores), replaced_at=None
    ).values("question_id", of_review=F("revision__review_id"))
    parts: dict[str, QuerySet[Any, Any]] = {
        "items": items.values("review_id", "wanted_answers", questions=F("batch__questions")),
        "skips": skips,
        "said": said,
        "decided": decided,
    }
    found: defaultdict[int, Counter[State]] = defaultdict(Counter)
    for question, wanted, skipped, is_decided, choices, n in _rows(_STATES, parts):
        keys = [names[one] for one in choices or ()]
        state = state_of(keys, wanted=wanted, skips=skipped, adjudicated=is_decided)
        found[question][state] += n
    return found


def _answers(stores: Iterable[Store], sources: Sequence[str]) -> QuerySet[Annotation]:
    return Annotation.objects.filter(
        revision__in=revisions_for(Purpose.LABEL, stores),
        question__active=True,
        source__in=sources,
    ).order_by()


def _names() -> dict[int, str]:
    return dict(Choice.objects.values_list("pk", "key"))


def _rows(outer: str, parts: dict[str, QuerySet[Any, Any]], *before: Any) -> list[tuple[Any, ...]]:
    """The rows of `outer` over `parts`, which stand in it in this order, behind `before`."""
    inner = {name: part.query.sql_with_params() for name, part in parts.items()}
    values = [*before, *(one for _, some in inner.values() for one in some)]
    with connection.cursor() as cursor:
        cursor.execute(outer.format(**{name: sql for name, (sql, _) in inner.items()}), values)
        return list(cursor.fetchall())
