"""Labels of every kind, on texts that are hard on offsets."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from accounts.models import User
from annotation.models import (
    Annotation,
    Assignment,
    Batch,
    BatchItem,
    Choice,
    Mention,
    Question,
    SamplingDesign,
)
from annotation.services.guidelines import guideline_seed
from annotation.services.questions import questions_seed
from reviews.models import Review
from tests.analytics import factories

TEXTS = {
    "emoji": "😀👍🏽 Great phone, but please add a headphone jack 🎧!",
    "mixed": "屏幕很好 screen 不错，希望增加无线充电功能。😀电池 𠮷 一般。",
    "formula": "=cmd|' /C calc'!A0 is what it printed, 'tis broken",
    "lines": 'First line: fine.\nSecond line; "quoted", and, commas\tand tabs.',
    "plain": "Broken on arrival [PHONE_1].",
    "skipped": "好评好评好评",
}
BEGAN = datetime(2026, 3, 1, 8, 30, 15, 123456, tzinfo=UTC)


def write(review: Review, text: str) -> None:
    """As an import would have stored it."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    review.revisions.update(text=text, text_hash=digest)


def labelled(cast: SimpleNamespace) -> SimpleNamespace:
    """Two people's answers, mentions that overlap, flags, comments, skips, a batch drawn here."""
    questions_seed()
    guideline_seed()
    batch = Batch.objects.create(
        name="may audit", design=SamplingDesign.STRATIFIED, frame_size=10, overlap=2
    )
    reviews: dict[str, Any] = {}
    for key, text in TEXTS.items():
        review = factories.review(cast.lanting, language="zh" if key == "mixed" else "en")
        write(review, text)
        BatchItem.objects.create(
            batch=batch, review=review, inclusion_probability=0.25, wanted_answers=2
        )
        reviews[key] = review
    world = SimpleNamespace(batch=batch, reviews=reviews, cast=cast)
    add = TEXTS["emoji"].index("add")
    jack = TEXTS["emoji"].index("headphone")
    end = TEXTS["emoji"].index(" 🎧")
    _answer(
        world, "emoji", cast.ann, "positive", "want", "add",
        marks=[
            (add, end, "add", "product", "headphone-jack"), (jack, end, "issue", "product", ""),
            (0, 3, "praise", "delivery", ""),
        ],
        flags=["mixed", "irony"], comment="=1+1 看 the emoji 🎧",
    )  # fmt: skip
    _answer(world, "emoji", cast.max, "neutral", "none", "none")
    wish = TEXTS["mixed"].index("希望")
    _answer(
        world, "mixed", cast.ann, "neutral", "considering", "add",
        marks=[
            (wish, wish + 10, "add", "product", "wireless"),
            (wish + 2, wish + 9, "add", "other", ""),
        ],
    )  # fmt: skip
    _answer(world, "formula", cast.ann, "negative", "will_not", "none", comment="'quoted'")
    _answer(world, "lines", cast.max, "neutral", "none", "none", flags=["factual"])
    _answer(world, "plain", cast.ann, "negative", "none", "none", item=False)
    _skip(world, "skipped", cast.ann, "default_text")
    _skip(world, "lines", cast.ann, "other")
    return world


def _answer(
    world: SimpleNamespace,
    key: str,
    person: User,
    *choices: str,
    marks: Any = (),
    flags: Any = (),
    comment: str = "",
    item: bool = True,
) -> None:
    review = world.reviews[key]
    revision = review.revisions.get(is_current=True)
    place = BatchItem.objects.get(batch=world.batch, review=review) if item else None
    at = BEGAN + timedelta(seconds=person.pk)
    asked = ("sentiment", "purchase_intent", "product_demand")
    for question, choice in zip(asked, choices, strict=True):
        made = Annotation.objects.create(
            revision=revision,
            question=Question.objects.get(key=question, active=True),
            choice=Choice.objects.get(question__key=question, key=choice),
            annotator=person,
            item=place,
            flags=list(flags),
            comment=comment,
            seconds_spent=12.5,
            guideline_version=1,
            source="page",
        )
        Annotation.objects.filter(pk=made.pk).update(created_at=at)
    for start, end, kind, scope, theme in marks:
        Mention.objects.create(
            revision=revision, annotator=person, start=start, end=end, kind=kind, scope=scope,
            theme_key=theme,
        )  # fmt: skip
    if place is not None:
        Assignment.objects.create(
            item=place, annotator=person, revision=revision, state="answered", taken_at=at,
            taken_until=at, ended_at=at, seconds_spent=12.5,
        )  # fmt: skip


def _skip(world: SimpleNamespace, key: str, person: User, reason: str) -> None:
    place = BatchItem.objects.get(batch=world.batch, review=world.reviews[key])
    Assignment.objects.create(
        item=place, annotator=person, state="skipped", skip_reason=reason, taken_at=BEGAN,
        taken_until=BEGAN, ended_at=BEGAN, seconds_spent=3.0,
    )  # fmt: skip


def everything() -> dict[str, Any]:
    """All that people said, by what it is about: what has to be the same after a round trip."""
    answers = {
        (one.revision.text, one.annotator.username, one.question.key): (
            one.choice.key, tuple(one.flags), one.comment, one.seconds_spent,
            one.guideline_version, one.created_at,
            one.item and (one.item.batch.name, one.item.batch.design,
                          one.item.inclusion_probability),
        )
        for one in Annotation.objects.select_related(
            "revision", "annotator", "question", "choice", "item__batch"
        )
    }  # fmt: skip
    marks = {
        (one.revision.text, one.annotator.username, one.start, one.end, one.kind, one.scope,
         one.theme_key)
        for one in Mention.objects.select_related("revision", "annotator")
    }  # fmt: skip
    skips = {
        (one.item.review.external_id, one.annotator.username, one.skip_reason, one.ended_at,
         one.seconds_spent)
        for one in Assignment.objects.filter(state="skipped").select_related(
            "item__review", "annotator"
        )
    }  # fmt: skip
    return {"answers": answers, "marks": marks, "skips": skips}


def emptied(batches: bool = False) -> None:
    """As if nobody had labelled here; `batches`: nor drawn any."""
    Annotation.objects.all().delete()
    Mention.objects.all().delete()
    Assignment.objects.all().delete()
    if batches:
        BatchItem.objects.all().delete()
        Batch.objects.all().delete()
