"""Label sets with people, models and changes for the tests beside this."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from types import SimpleNamespace

from accounts.models import User
from annotation.models import Annotation, AnnotationSource, Choice
from annotation.services.answering import Given, answer_save
from modelops.models import Prediction
from reviews.models import Review, Source, TextRevision
from tests.analytics import factories

RENAME = {"op": "rename", "choice": "positive", "name_en": "pleased", "name_zh": "满意"}
MERGE = {
    "op": "merge",
    "choices": ["considering", "will_not"],
    "into": {"key": "not_yet", "name_en": "not yet", "name_zh": "暂不购买", "polarity": -1},
}
SPLIT = {
    "op": "split",
    "choice": "negative",
    "into": [
        {"key": "let_down", "name_en": "let down", "name_zh": "失望", "polarity": -1},
        {"key": "angry", "name_en": "angry", "name_zh": "愤怒", "polarity": -1},
    ],
}
FRESH = {"op": "add", "key": "torn", "name_en": "torn", "name_zh": "矛盾", "polarity": 0}
SENTIMENTS = ("positive", "positive", "neutral", "negative", "positive")
INTENTS = ("none", "want", "considering", "will_not")


def label(cast: SimpleNamespace, n: int, people: int = 2) -> list[Review]:
    """`n` reviews, each with an answer to both questions by `people` people."""
    model = factories.model_version("small")
    source, _ = Source.objects.get_or_create(store=cast.lanting, key="file")
    reviews = Review.objects.bulk_create(
        Review(
            store=cast.lanting, source=source, external_id=f"bulk {at}", language="en",
            posted_at=factories.moment("2026-03-10"), content_hash=f"{at:064d}",
        )
        for at in range(n)
    )  # fmt: skip
    revisions = TextRevision.objects.bulk_create(
        TextRevision(
            review=one,
            number=1,
            text=f"text {at}",
            redactor_version="1",
            text_hash=sha256(f"text {at}".encode()).hexdigest(),
        )
        for at, one in enumerate(reviews)
    )
    choices = {
        (one.question.key, one.key): one
        for one in Choice.objects.filter(question__active=True)
        .order_by("order")
        .select_related("question")
    }
    rows, said = [], []
    for number, revision in enumerate(revisions):
        picked = {
            "sentiment": choices["sentiment", SENTIMENTS[number % len(SENTIMENTS)]],
            "purchase_intent": choices["purchase_intent", INTENTS[number % len(INTENTS)]],
        }
        for choice in picked.values():
            for person in (cast.ann, cast.max)[:people]:
                rows.append(
                    Annotation(
                        revision=revision, question=choice.question, choice=choice,
                        annotator=person, source=AnnotationSource.PAGE,
                    )
                )  # fmt: skip
            order = [key for question, key in choices if question == choice.question.key]
            said.append(
                Prediction(
                    revision=revision, question=choice.question, model=model, choice=choice,
                    probabilities=_shares(order, choice.key, number),
                )
            )  # fmt: skip
    Annotation.objects.bulk_create(rows)
    Prediction.objects.bulk_create(said)
    return reviews


def _shares(order: list[str], key: str, number: int) -> list[float]:
    """Sure, or so unsure that two others together outweigh the answer."""
    mine = 0.9 if number % 3 else 0.3
    rest = (1 - mine) / (len(order) - 1)
    return [mine if one == key else rest for one in order]


def answers_by_choice(question: str, version: int) -> Counter[str]:
    return Counter(
        Annotation.objects.filter(question__key=question, question__version=version).values_list(
            "choice__key", flat=True
        )
    )


def answer(
    person: User,
    assignment: int,
    answers: dict[str, str],
    ms: int = 1,
    sets: dict[str, int] | None = None,
) -> None:
    answer_save(
        actor=person, assignment_id=assignment, given=Given(answers, client_ms=ms, sets=sets or {}),
        redact=lambda text: text,
    )  # fmt: skip
