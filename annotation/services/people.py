"""A person in the labels: what annotators said of their reviews."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Model, QuerySet

from annotation.copies import copies_elsewhere
from annotation.models import (
    Adjudication,
    Annotation,
    AnswerBefore,
    BatchItem,
    Consensus,
    GoldAnswer,
    Mention,
    QualificationAnswer,
    Suspect,
)
from privacy.people import REVIEW, Part, Place, Subject


def _in_tests(subject: Subject) -> QuerySet[QualificationAnswer]:
    return QualificationAnswer.objects.filter(item__review__in=subject.found(REVIEW))


def person_find(subject: Subject) -> list[Place]:
    revisions, reviews = subject.found("revision"), subject.found(REVIEW)
    places = [
        Place("Labels by annotators", Annotation.objects.filter(revision__in=revisions).count()),
        Place(
            "Mentions marked by annotators", Mention.objects.filter(revision__in=revisions).count()
        ),
        Place(
            "Labels as they were before",
            AnswerBefore.objects.filter(revision__in=revisions).count(),
        ),
        Place("Gold answers", GoldAnswer.objects.filter(revision__in=revisions).count()),
        Place("Answers in tests", _in_tests(subject).count()),
        Place("Places in batches", BatchItem.objects.filter(review__in=reviews).count()),
        Place(
            "Labels settled by leads", Adjudication.objects.filter(revision__in=revisions).count()
        ),
    ]
    return places + [Place(one.place, one.count(reviews)) for one in copies_elsewhere()]


_EXPORTED: tuple[tuple[str, type[Model], tuple[str, ...]], ...] = (
    (
        "labels",
        Annotation,
        ("question__key", "choice__key", "flags", "comment", "source", "created_at"),
    ),
    (
        "labels_settled",
        Adjudication,
        ("question__key", "choice__key", "mentions", "created_at", "replaced_at"),
    ),
    (
        "labels_before",
        AnswerBefore,
        ("question__key", "choice__key", "source", "made_at", "why", "kept_at"),
    ),
    (
        "mentions_by_annotators",
        Mention,
        ("start", "end", "kind", "scope", "theme_key", "created_at"),
    ),
    ("gold_answers", GoldAnswer, ("question__key", "choice__key", "mentions", "note", "set_at")),
)


def person_export(subject: Subject) -> Iterator[Part]:
    """Without the annotators: they are people, too."""
    revisions = subject.found("revision")
    for name, model, told in _EXPORTED:
        rows = model._default_manager.filter(revision__in=revisions).order_by("pk")
        yield name, rows.values("revision__review_id", "revision__number", *told).iterator()
    yield (
        "answers_in_tests",
        _in_tests(subject)
        .order_by("pk")
        .values("item__review_id", "question__key", "choice__key", "mentions")
        .iterator(),
    )


def person_erase(actor: Any, subject: Subject) -> list[Place]:
    revisions, reviews = subject.found("revision"), subject.found(REVIEW)
    labels = Annotation.objects.filter(revision__in=revisions)
    mentions = Mention.objects.filter(revision__in=revisions)
    gold = GoldAnswer.objects.filter(revision__in=revisions)
    items = BatchItem.objects.filter(review__in=reviews)
    settled = Adjudication.objects.filter(revision__in=revisions)
    Consensus.objects.filter(revision__in=revisions).delete()
    Suspect.objects.filter(revision__in=revisions).delete()
    before = AnswerBefore.objects.filter(revision__in=revisions)
    return [
        Place("Labels settled by leads", settled.delete()[0]),
        Place("Labels as they were before", before.delete()[0]),
        Place("Labels by annotators", labels.delete()[0]),
        Place("Mentions marked by annotators", mentions.delete()[0]),
        Place("Gold answers", gold.delete()[0]),
        Place("Answers in tests", _in_tests(subject).delete()[0]),
        # Who had them in hand goes along, and is not counted as a place.
        Place("Places in batches", items.delete()[1].get(BatchItem._meta.label, 0)),
    ]


def copies_erase(subject: Subject) -> list[Place]:
    return [Place(one.place, one.erase(subject.found(REVIEW))) for one in copies_elsewhere()]
