"""What a lead has to settle, and what was settled."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, Max, OuterRef, QuerySet

from accounts.models import Store
from annotation.models import (
    Adjudication,
    Annotation,
    AnnotationSource,
    Assignment,
    BatchItem,
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

DEMAND = "product_demand"
_AT_ONCE = 50  # looked at in one step of the search for the next to settle

Span = tuple[int, int, str, str]
"""(start, end, kind, scope): code points of one text, end exclusive."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A lead's answer in force; `taken_from`: the id of the person whose answer it is.

    `mentions`: those that it follows from, as they were when it was taken; None: nobody said.
    """

    choice: str
    taken_from: int | None
    mentions: tuple[Span, ...] | None = None


def adjudicated(revisions: Collection[int] | QuerySet[Any]) -> dict[int, dict[str, Decided]]:
    """By revision and question: what leads decided."""
    found: defaultdict[int, dict[str, Decided]] = defaultdict(dict)
    rows = Adjudication.objects.filter(
        revision__in=revisions, replaced_at=None, question__active=True
    ).values_list("revision_id", "question__key", "choice__key", "taken_from_id", "mentions")
    for revision, question, choice, whose, mentions in rows.iterator(chunk_size=5000):
        spans = None
        if mentions is not None:
            spans = tuple((m["start"], m["end"], m["kind"], m["scope"]) for m in mentions)
        found[revision][question] = Decided(choice, whose, spans)
    return dict(found)


def consensus_of(revision: TextRevision) -> dict[str, tuple[str, float]]:
    """By question the choice and its probability by the model of Dawid and Skene, where one was
    made and nobody has answered since."""
    made = Consensus.objects.filter(revision=revision, question__active=True)
    said = (
        Annotation.objects.filter(revision=revision, source__in=PEOPLE)
        .order_by()
        .values("question_id")
        .annotate(n=Count("pk"), newest=Max("pk"))
        .values_list("question_id", "n", "newest")
    )
    now = {question: (n, newest) for question, n, newest in said}
    return {
        one.question.key: (one.choice.key, one.probability)
        for one in made.select_related("question", "choice")
        if now.get(one.question_id) == (one.answers, one.newest)
    }


def _labelled(stores: Iterable[Store]) -> QuerySet[TextRevision]:
    return revisions_for(Purpose.LABEL, stores)


def _differing(
    texts: QuerySet[TextRevision],
) -> QuerySet[Annotation, tuple[int, str, list[int]]]:
    """(revision, question, choices) where people said different things, and no lead decided."""
    decided = Adjudication.objects.filter(
        replaced_at=None, revision=OuterRef("revision"), question=OuterRef("question")
    )
    return (
        Annotation.objects.filter(revision__in=texts, question__active=True, source__in=PEOPLE)
        # What everybody is asked, and is known, is no open question.
        .exclude(item__in=BatchItem.objects.filter(is_gold=True))
        .order_by()
        .values("revision", "question")
        .annotate(kinds=Count("choice", distinct=True), said=ArrayAgg("choice_id"))
        .filter(~Exists(decided), kinds__gt=1)
        .order_by("revision_id", "question__order")
        .values_list("revision_id", "question__key", "said")
    )


def _agree_on_nothing(
    rows: Iterable[tuple[int, str, list[int]]],
) -> Iterator[tuple[int, str]]:
    for revision, question, said in rows:
        if state_of([str(one) for one in said], wanted=2) == "to_settle":
            yield revision, question


def to_settle(stores: Iterable[Store]) -> dict[int, list[str]]:
    """By revision, the oldest first: the questions whose answers differ and agree on nothing."""
    found: dict[int, list[str]] = {}
    for revision, question in _agree_on_nothing(_differing(_labelled(stores)).iterator(5000)):
        found.setdefault(revision, []).append(question)
    return found


def questions_to_settle(stores: Iterable[Store], revision_id: int) -> list[str]:
    """Those of one text; empty where nothing is open, or the text is not theirs to settle."""
    texts = _labelled(stores).filter(pk=revision_id)
    return [question for _, question in _agree_on_nothing(_differing(texts))]


def next_to_settle(stores: Iterable[Store], after: int = 0) -> int | None:
    """The first text with something to settle behind `after`, else the first of all."""
    stores = list(stores)
    for start in (after, 0) if after else (0,):
        seen = start
        while rows := list(_differing(_labelled(stores).filter(pk__gt=seen))[:_AT_ONCE]):
            for revision, _ in _agree_on_nothing(rows):
                return revision
            seen = rows[-1][0]
    return None


def stamp_of(revision_id: int) -> str:
    """What is known of a text, in short: another one as soon as somebody answers, marks or settles
    otherwise. So that nobody settles what they have not seen."""
    about = {"revision": revision_id}
    rows: list[Any] = [
        sorted(
            Annotation.objects.filter(**about, question__active=True).values_list(
                "question_id", "annotator_id", "choice_id"
            )
        ),
        sorted(
            Mention.objects.filter(**about).values_list(
                "annotator_id", "start", "end", "kind", "scope"
            )
        ),
        sorted(Adjudication.objects.filter(**about, replaced_at=None).values_list("pk")),
    ]
    return hashlib.blake2b(repr(rows).encode(), digest_size=16).hexdigest()


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
    """A review to settle: the open questions, the answers side by side, skips beside them.

    `weighed`: by question what the model of Dawid and Skene makes of the answers, and how
    probable. `stamp`: what all this was made from.
    """

    revision: TextRevision
    open: list[str]
    voices: list[Voice]
    skips: list[str]
    suspects: list[Suspect]
    weighed: dict[str, tuple[str, float]]
    stamp: str


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
        consensus_of(revision),
        stamp_of(revision.pk),
    )


def _shuffled(revision: int, person: int) -> bytes:
    """A fixed order of people that differs from review to review."""
    return hashlib.blake2b(f"{revision} {person}".encode(), digest_size=8).digest()


def decided_last(person: Any, stores: Iterable[Store]) -> Adjudication | None:
    """The newest decision of `person` that is in force: what `undo` takes back.

    About texts of `stores` that still stand: a text that the shopper has replaced is passed over.
    """
    mine = Adjudication.objects.filter(
        decided_by=person, replaced_at=None, revision__in=_labelled(stores)
    )
    return mine.select_related("revision").order_by("-created_at", "-pk").first()


def questions_active() -> list[Question]:
    return list(Question.objects.filter(active=True).prefetch_related("choices"))
