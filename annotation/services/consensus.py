"""The consensus of several people's answers, worked out anew and stored. For workers."""

from __future__ import annotations

from collections import defaultdict

from django.db import IntegrityError, transaction

from annotation.models import Annotation, Choice, Consensus, Question
from annotation.quality.consensus import weighed
from annotation.selectors.settling import PEOPLE


def consensus_refresh() -> int:
    """Replace the consensus of every question by that of the answers as they are now.

    Over all stores: how somebody answers does not depend on the shop. Only what people answered
    takes part; a question with too few reviews that have two answers gets none. Returns how many
    reviews and questions have one.
    """
    return sum(_again(question) for question in Question.objects.filter(active=True))


def _again(question: Question) -> int:
    try:
        return _refresh(question)
    except IntegrityError:
        # A review was erased between reading and storing; now it is not read any more.
        return _refresh(question)


@transaction.atomic
def _refresh(question: Question) -> int:
    rated: defaultdict[int, dict[int, str]] = defaultdict(dict)
    newest: dict[int, int] = {}
    rows = (
        Annotation.objects.filter(question=question, source__in=PEOPLE)
        .order_by("pk")
        .values_list("pk", "revision_id", "annotator_id", "choice__key")
    )
    for pk, revision, person, choice in rows.iterator(chunk_size=5000):
        rated[revision][person] = choice
        newest[revision] = pk
    found = weighed(rated)
    Consensus.objects.filter(question=question).delete()
    if found is None:
        return 0
    choices = dict(Choice.objects.filter(question=question).values_list("key", "pk"))
    Consensus.objects.bulk_create(
        (
            Consensus(
                revision_id=revision,
                question=question,
                choice_id=choices[key],
                probability=min(1.0, max(0.0, probability)),
                answers=len(rated[revision]),
                newest=newest[revision],
            )
            for revision, (key, probability) in found.answers.items()
        ),
        batch_size=2000,
    )
    return len(found.answers)
