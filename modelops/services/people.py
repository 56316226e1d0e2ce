"""A person in the models: answers about their reviews, and what was learned from them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet

from modelops.models import (
    AnalysisWork,
    PredictedMention,
    Prediction,
    SnapshotItem,
    TextEmbedding,
    WeakLabel,
)
from modelops.services.erased import models_mark
from privacy.people import Part, Place, Subject
from reviews.services.blocking import text_digest

_MODELS = "models"


def _copies(subject: Subject) -> Q:
    """Rows of snapshots made from the person's reviews, or of the same words in a labelled file.

    Short words are many people's; those are found by the review alone.
    """
    same = [text for text in subject.notes.get("text", []) if text_digest(text)]
    return Q(revision__in=subject.found("revision")) | Q(revision__isnull=True, text__in=same)


def _embeddings(subject: Subject) -> QuerySet[TextEmbedding]:
    return TextEmbedding.objects.filter(revision__in=subject.found("revision"))


def person_find(subject: Subject) -> list[Place]:
    revisions = subject.found("revision")
    return [
        Place("Answers by models", Prediction.objects.filter(revision__in=revisions).count()),
        Place(
            "Mentions marked by models",
            PredictedMention.objects.filter(revision__in=revisions).count(),
        ),
        Place("Rows of training snapshots", SnapshotItem.objects.filter(_copies(subject)).count()),
        Place("Places in the search by meaning", _embeddings(subject).count()),
        Place("Labels by word lists", WeakLabel.objects.filter(revision__in=revisions).count()),
    ]


def person_export(subject: Subject) -> Iterator[Part]:
    revisions = subject.found("revision")
    yield (
        "answers_by_models",
        Prediction.objects.filter(revision__in=revisions)
        .order_by("pk")
        .values(
            "revision__review_id", "revision__number", "question__key", "choice__key",
            "probabilities", "model__name", "model__number",
        )
        .iterator(),
    )  # fmt: skip
    yield (
        "labels_by_word_lists",
        WeakLabel.objects.filter(revision__in=revisions)
        .order_by("pk")
        .values(
            "revision__review_id", "revision__number", "question__key", "choice__key", "source",
        )
        .iterator(),
    )  # fmt: skip
    yield (
        "mentions_by_models",
        PredictedMention.objects.filter(revision__in=revisions)
        .order_by("pk")
        .values(
            "revision__review_id", "revision__number", "start", "end", "kind", "scope", "score",
            "model__name", "model__number",
        )
        .iterator(),
    )  # fmt: skip
    yield (
        "training_rows",
        SnapshotItem.objects.filter(_copies(subject))
        .order_by("pk")
        .values("snapshot__name", "text", "language", "split", "answers", "mentions")
        .iterator(),
    )


def person_erase(actor: Any, subject: Subject) -> list[Place]:
    """Answers and rows of snapshots go (the snapshots' hashes stay); versions are marked."""
    revisions = subject.found("revision")
    copies = _copies(subject)
    subject.notes[_MODELS] = models_mark(items=copies)
    return [
        Place("Answers by models", Prediction.objects.filter(revision__in=revisions).delete()[0]),
        Place(
            "Mentions marked by models",
            PredictedMention.objects.filter(revision__in=revisions).delete()[0],
        ),
        Place(
            "Entries of the ledger of analysis",
            AnalysisWork.objects.filter(revision__in=revisions).delete()[0],
        ),
        Place("Rows of training snapshots", SnapshotItem.objects.filter(copies).delete()[0]),
        Place("Places in the search by meaning", _embeddings(subject).delete()[0]),
        Place(
            "Labels by word lists",
            WeakLabel.objects.filter(revision__in=revisions).delete()[0],
        ),
        Place("Models marked for replacement", len(subject.notes[_MODELS])),
    ]
