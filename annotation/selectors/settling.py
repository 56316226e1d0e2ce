"""What a lead has to settle, and what was settled."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from accounts.models import Store
from annotation.models import (
    Adjudication,
    Annotation,
    AnnotationSource,
    Assignment,
    Consensus,
    Mention,
    Question,
    Suspect,
)
from annotation.quality.settling import state_of
from reviews.models import Purpose, TextRevision
from reviews.selectors import revisions_for

PEOPLE = (AnnotationSource.PAGE, AnnotationSource.LABEL_STUDIO, AnnotationSource.FILE)
"""The sources behind which a person stood: no starter labels, no word lists."""

SURE = 0.8
"""Least probability with which a consensus is an answer; below it the majority is."""

_ROUND = 500  # texts looked at in one step of the search for the next to settle


@dataclass(frozen=True, slots=True)
class Decided:
    """A lead's answer in force; `taken_from`: the id of the person whose answer it is."""

    choice: str
    taken_from: int | None


def adjudicated(revisions: Collection[int] | QuerySet[Any]) -> dict[int, dict[str, Decided]]:
    """By revision and question: what leads decided."""
    found: defaultdict[int, dict[str, Decided]] = defaultdict(dict)
    rows = Adjudication.objects.filter(
        revision__in=revisions, replaced_at=None, question__active=True
    ).values_list("revision_id", "question__key", "choice__key", "taken_from_id")
    for revision, question, choice, whose in rows.iterator(chunk_size=5000):
        found[revision][question] = Decided(choice, whose)
    return dict(found)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A consensus; `answers` and `newest` say what it was made from."""

    choice: str
    probability: float
    answers: int
    newest: int


def consensus(revisions: Collection[int] | QuerySet[Any]) -> dict[int, dict[str, Weighed]]:
    """By revision and question: what the answers come to by the model, where there is one."""
    found: defaultdict[int, dict[str, Weighed]] = defaultdict(dict)
    rows = Consensus.objects.filter(revision__in=revisions, question__active=True).values_list(
        "revision_id", "question__key", "choice__key", "probability", "answers", "newest"
    )
    for revision, question, choice, sure, answers, newest in rows.iterator(chunk_size=5000):
        found[revision][question] = Weighed(choice, sure, answers, newest)
    return dict(found)


def _labelled(stores: Iterable[Store]) -> QuerySet[TextRevision]:
    return revisions_for(Purpose.LABEL, stores)


def _differing(stores: Iterable[Store]) -> QuerySet[Annotation, tuple[int, str]]:
    """(revision, question) of which people said different things, and no lead has decided."""
    decided = Adjudication.objects.filter(
        replaced_at=None, revision=OuterRef("revision"), question=OuterRef("question")
    )
    return (
        Annotation.objects.filter(
            revision__in=_labelled(stores), question__active=True, source__in=PEOPLE
        )
        # What everybody is asked, and is known, is no open question.
        .exclude(item__is_gold=True)
        .order_by()
        .values("revision", "question")
        .annotate(choices=Count("choice", distinct=True))
        .filter(~Exists(decided), choices__gt=1)
        .values_list("revision_id", "question__key")
        .order_by("revision_id")
    )


def to_settle(stores: Iterable[Store]) -> dict[int, list[str]]:
    """By revision, the oldest first: the questions whose answers differ and agree on nothing."""
    differing = list(_differing(stores))
    found: dict[int, list[str]] = {}
    for start in range(0, len(differing), _ROUND):
        pairs = differing[start : start + _ROUND]
        ids = {pk for pk, _ in pairs}
        said = said_about(ids)
        for pk, question in pairs:
            choices = list(said.get((pk, question), {}).values())
            if state_of(choices, wanted=2) == "to_settle":
                found.setdefault(pk, []).append(question)
    return found


def said_about(revisions: Collection[int]) -> dict[tuple[int, str], dict[int, str]]:
    """By revision and question: the choice of each person."""
    found: defaultdict[tuple[int, str], dict[int, str]] = defaultdict(dict)
    rows = Annotation.objects.filter(
        revision__in=revisions, question__active=True, source__in=PEOPLE
    ).values_list("revision_id", "question__key", "annotator_id", "choice__key")
    for pk, question, person, choice in rows:
        found[pk, question][person] = choice
    return dict(found)


def suspects_open(stores: Iterable[Store]) -> QuerySet[Suspect]:
    """Labels that look like mistakes and nobody has looked at, the least believed first."""
    return (
        Suspect.objects.filter(
            state=Suspect.State.OPEN, revision__in=_labelled(stores), question__active=True
        )
        .select_related("revision__review__product", "question", "choice", "suggested")
        .order_by("score", "pk")
    )


@dataclass(frozen=True, slots=True)
class Voice:
    """What one person answered about a review, with everything that goes with it."""

    letter: str
    person: Any
    answers: dict[str, str]
    mentions: list[Mention]
    flags: list[str]
    comment: str
    starter: bool


@dataclass(frozen=True, slots=True)
class Case:
    """A review to settle: the open questions, the answers side by side, skips beside them."""

    revision: TextRevision
    open: list[str]
    voices: list[Voice]
    skips: list[str]
    suspects: list[Suspect]


def case_of(
    revision: TextRevision, open_questions: Sequence[str], suspects: Sequence[Suspect] = ()
) -> Case:
    """The answers about `revision`, people in an order that says nothing of who they are."""
    rows = (
        Annotation.objects.filter(revision=revision, question__active=True)
        .filter(source__in=[*PEOPLE, AnnotationSource.STARTER])
        .select_related("question", "choice", "annotator")
        .order_by("question__order")
    )
    by_person: defaultdict[int, list[Annotation]] = defaultdict(list)
    for one in rows:
        by_person[one.annotator_id].append(one)
    if any(one.source in PEOPLE for one in rows):
        # The starter labels count only where nobody else answered.
        by_person = defaultdict(list, {k: v for k, v in by_person.items() if v[0].source in PEOPLE})
    marks: defaultdict[int, list[Mention]] = defaultdict(list)
    for mark in Mention.objects.filter(revision=revision).order_by("start", "end"):
        marks[mark.annotator_id].append(mark)
    people = sorted(by_person, key=lambda person: _shuffled(revision.pk, person))
    voices = [
        Voice(
            letter=chr(ord("A") + place),
            person=by_person[person][0].annotator,
            answers={one.question.key: one.choice.key for one in by_person[person]},
            mentions=marks[person],
            flags=by_person[person][0].flags,
            comment=by_person[person][0].comment,
            starter=by_person[person][0].source == AnnotationSource.STARTER,
        )
        for place, person in enumerate(people)
    ]
    skips = Assignment.objects.filter(
        item__review=revision.review_id, state=Assignment.State.SKIPPED
    ).order_by("pk")
    return Case(
        revision,
        list(open_questions),
        voices,
        [str(one.get_skip_reason_display()) for one in skips],
        list(suspects),
    )


def _shuffled(revision: int, person: int) -> bytes:
    """A fixed order of people that differs from review to review."""
    return hashlib.blake2b(f"{revision} {person}".encode(), digest_size=8).digest()


def decided_last(person: Any) -> Adjudication | None:
    """The newest decision of `person` that is in force: what `undo` takes back."""
    mine = Adjudication.objects.filter(decided_by=person, replaced_at=None)
    return mine.select_related("revision").order_by("-created_at", "-pk").first()


def questions_active() -> list[Question]:
    return list(Question.objects.filter(active=True).prefetch_related("choices"))
