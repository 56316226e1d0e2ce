"""Labels that come with a file, stored as the answers of a named annotator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from accounts.models import Store, User
from annotation.models import (
    Annotation,
    AnnotationSource,
    Batch,
    BatchItem,
    Choice,
    Mention,
    Question,
)
from annotation.selectors.label_sets import routes
from annotation.services.label_set_lock import sets_hold
from reviews.models import Purpose
from reviews.selectors import revisions_for
from taxonomy.mentions import demand_from_mentions


@dataclass(frozen=True, slots=True)
class GivenMention:
    """A span of the revision's redacted text (code points, end exclusive)."""

    start: int
    end: int
    kind: str
    scope: str
    theme: str = ""


@dataclass(frozen=True, slots=True)
class GivenLabels:
    """One annotator's answers about one review: `{question key: choice key}`."""

    review_id: int
    answers: Mapping[str, str]
    mentions: Sequence[GivenMention] = ()
    flags: Sequence[str] = ()
    item: BatchItem | None = field(default=None)


def annotator_ensure(*, name: str) -> User:
    """The user who stands for the hand behind a file of labels; nobody can sign in as it."""
    user, created = User.objects.get_or_create(username=name, defaults={"is_active": False})
    if created:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user


def batch_items_ensure(
    *, batch: Batch, review_ids: Sequence[int], probability: float | None, wanted: int = 1
) -> dict[int, BatchItem]:
    """The items of `batch` for the reviews, made where they are missing."""
    BatchItem.objects.bulk_create(
        (
            BatchItem(
                batch=batch,
                review_id=pk,
                inclusion_probability=probability,
                wanted_answers=wanted,
            )
            for pk in review_ids
        ),
        ignore_conflicts=True,
    )
    return {item.review_id: item for item in batch.items.filter(review_id__in=review_ids)}


@transaction.atomic
def labels_store(
    *,
    actor: Any,
    annotator: User,
    labels: Sequence[GivenLabels],
    source: AnnotationSource,
    guideline_version: int = 1,
) -> int:
    """Store answers and mentions on the current revisions; what is there already stays.

    Reviews that may not be labelled are passed over.

    The demand answer follows from the mentions where a file gives both and they differ. Returns
    the number of answers that are new. An answer with the key of an older label set counts as what
    it became; one that a person has to give anew is passed over. Raises KeyError for an unknown
    question or choice.
    """
    sets_hold()
    questions = {question.key: question for question in Question.objects.filter(active=True)}
    choices = {
        (choice.question_id, choice.key): choice
        for choice in Choice.objects.filter(question__in=questions.values())
    }
    moved = {key: routes(key, "people") for key in questions}
    revisions = dict(
        revisions_for(Purpose.LABEL, Store.objects.all())
        .filter(review_id__in=[label.review_id for label in labels])
        .values_list("review_id", "pk")
    )
    answers, mentions = [], []
    for label in labels:
        revision = revisions.get(label.review_id)
        if revision is None:
            continue  # it may not be labelled, or is gone
        for key, given in _settled(label).items():
            question = questions[key]
            value = moved[key][given]
            if value is None:
                continue
            answers.append(
                Annotation(
                    revision_id=revision,
                    question=question,
                    choice=choices[question.pk, value],
                    annotator=annotator,
                    item=label.item,
                    flags=list(label.flags),
                    guideline_version=guideline_version,
                    source=source,
                )
            )
        mentions += [_mention(revision, annotator, span) for span in label.mentions]
    # Of theirs alone: others store answers at the same time.
    theirs = Annotation.objects.filter(annotator=annotator)
    before = theirs.count()
    Annotation.objects.bulk_create(answers, ignore_conflicts=True, batch_size=2000)
    Mention.objects.bulk_create(mentions, ignore_conflicts=True, batch_size=2000)
    return theirs.count() - before


def _mention(revision: int, annotator: User, span: GivenMention) -> Mention:
    return Mention(
        revision_id=revision,
        annotator=annotator,
        start=span.start,
        end=span.end,
        kind=span.kind,
        scope=span.scope,
        theme_key=span.theme,
    )


def _settled(label: GivenLabels) -> dict[str, str]:
    answers = dict(label.answers)
    if label.mentions and "product_demand" in answers:
        answers["product_demand"] = demand_from_mentions(
            span.kind for span in sorted(label.mentions, key=lambda span: span.start)
        )
    return answers
