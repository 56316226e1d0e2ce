"""What weak labels cover, where they contradict each other or people, and rows to learn from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from accounts.models import Store
from annotation.models import Annotation, AnnotationSource, BatchItem, Question, SamplingDesign
from modelops.labelled import LabelledRow
from modelops.models import WeakLabel
from modelops.selectors.labels import group_of
from modelops.splitting import near_identical
from reviews.models import LeftOut, Purpose, TextRevision
from reviews.selectors import revisions_for


@dataclass(frozen=True, slots=True)
class Covered:
    """Of `n` texts in a language a lexicon says something about `labelled`."""

    source: str
    question: str
    language: str
    labelled: int
    n: int

    @property
    def share(self) -> float | None:
        return self.labelled / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Of `n` texts that both speak of they differ on `differ`; `other` "" stands for people."""

    source: str
    other: str
    question: str
    differ: int
    n: int

    @property
    def share(self) -> float | None:
        return self.differ / self.n if self.n else None


def weak_texts(stores: Iterable[Store]) -> QuerySet[TextRevision]:
    """The texts that could be trained on by weak labels; none of the audit sample."""
    audited = BatchItem.objects.filter(batch__design=SamplingDesign.AUDIT)
    return revisions_for(Purpose.TRAIN, stores).filter(
        ~Exists(audited.filter(review=OuterRef("review"))), review__left_out=LeftOut.NOTHING
    )


def coverage(stores: Iterable[Store], covers: dict[str, Any]) -> list[Covered]:
    """By lexicon, question and language; languages it has no words for are not in it."""
    texts = weak_texts(stores)
    rows = texts.order_by().values("review__language").annotate(n=Count("pk"))
    totals = dict(rows.values_list("review__language", "n"))
    labels = WeakLabel.objects.filter(revision__in=texts, question__active=True)
    found = labels.order_by().values("source", "question__key", "revision__review__language")
    counts = {
        (one["source"], one["question__key"], one["revision__review__language"]): one["n"]
        for one in found.annotate(n=Count("pk"))
    }
    return [
        Covered(source, question, language, counts.get((source, question, language), 0), n)
        for source, cover in covers.items()
        for question in cover.questions
        for language in cover.languages
        if (n := totals.get(language, 0))
    ]


def uncovered(stores: Iterable[Store], languages: Sequence[str]) -> int:
    """How many texts are in a language that no lexicon has words for."""
    return weak_texts(stores).exclude(review__language__in=languages).count()


def conflicts(stores: Iterable[Store], covers: dict[str, Any]) -> list[Conflict]:
    """Between two lexicons, and between each and people; synthetic labels are no people."""
    texts = weak_texts(stores)
    found = []
    for question in Question.objects.filter(active=True):
        asked = [source for source, cover in covers.items() if question.key in cover.questions]
        for source in asked:
            weak = WeakLabel.objects.filter(
                source=source, question=question, revision=OuterRef("revision")
            ).values("choice")[:1]
            people = Annotation.objects.filter(question=question, revision__in=texts).exclude(
                source=AnnotationSource.STARTER
            )
            found.append(_differ(source, "", question.key, people.annotate(other=Subquery(weak))))
        for one, other in combinations(asked, 2):
            theirs = WeakLabel.objects.filter(
                source=other, question=question, revision=OuterRef("revision")
            ).values("choice")[:1]
            mine = WeakLabel.objects.filter(source=one, question=question, revision__in=texts)
            found.append(_differ(one, other, question.key, mine.annotate(other=Subquery(theirs))))
    return [one for one in found if one.n]


def _differ(source: str, other: str, question: str, rows: QuerySet[Any]) -> Conflict:
    both = rows.filter(other__isnull=False).order_by()
    counts = both.aggregate(n=Count("pk"), differ=Count("pk", filter=~Q(choice=F("other"))))
    return Conflict(source, other, question, counts["differ"], counts["n"])


def weak_rows(
    questions: Sequence[str], weight: float, people: Sequence[LabelledRow]
) -> list[LabelledRow]:
    """Rows for the train split, from texts that nobody has labelled; `weight` in (0, 1).

    Of lexicons that differ the majority counts, at a tie none. Left out: whatever is of a product
    that `people`'s rows hold out, or says nearly the same as a text held out.
    """
    stores = Store.objects.all()
    said: dict[int, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    labelled = Annotation.objects.filter(
        revision__review=OuterRef("revision__review"), question__key__in=list(questions)
    )
    labels = WeakLabel.objects.filter(
        ~Exists(labelled),
        revision__in=weak_texts(stores),
        question__active=True,
        question__key__in=list(questions),
    )
    for pk, question, choice in labels.values_list("revision_id", "question__key", "choice__key"):
        said[pk][question][choice] += 1
    held = {row.group for row in people if row.split != "train"}
    rows = []
    revisions = (
        revisions_for(Purpose.TRAIN, stores)
        .filter(pk__in=list(said))
        .select_related("review__product__variant_of", "review__store")
        .defer("search")
        .order_by("pk")
    )
    for revision in revisions:
        answers = {key: one for key, found in said[revision.pk].items() if (one := _most(found))}
        group = group_of(revision)
        if answers and group not in held:
            rows.append(
                LabelledRow(
                    text=revision.text,
                    language=revision.review.language,
                    answers=answers,
                    split="train",
                    group=group,
                    revision_id=revision.pk,
                    weight=weight,
                )
            )
    return _unlike_held_out(rows, [row.text for row in people if row.split != "train"])


def _most(found: Counter[str]) -> str | None:
    first, *rest = found.most_common(2)
    return None if rest and rest[0][1] == first[1] else first[0]


def _unlike_held_out(rows: list[LabelledRow], held: list[str]) -> list[LabelledRow]:
    groups = near_identical([*held, *(row.text for row in rows)])
    taken = set(groups[: len(held)])
    own = groups[len(held) :]
    return [row for row, group in zip(rows, own, strict=True) if group not in taken]
