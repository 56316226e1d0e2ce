"""Small ways to make rows, straight on the models, sending the news that services would send."""

from __future__ import annotations

import hashlib
import itertools
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import Store
from annotation.models import Choice, Question
from modelops.models import ModelVersion, Prediction, Snapshot, TrainingRun
from modelops.signals import champion_changed, predictions_stored
from reviews.models import Category, Product, Review, Source, TextRevision
from reviews.signals import reviews_changing, reviews_stored

SHANGHAI = ZoneInfo("Asia/Shanghai")
_number = itertools.count(1)


def moment(text: str | None) -> datetime | None:
    """A time in the zone of the figures, from "2026-03-01" or "2026-03-01 23:30"."""
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def model_version(name: str = "small", state: str = "champion") -> ModelVersion:
    number = next(_number)
    snapshot = Snapshot.objects.create(content_hash=f"{number:064d}", name=f"s{number}")
    run = TrainingRun.objects.create(snapshot=snapshot, base="tiny")
    return ModelVersion.objects.create(
        name=name,
        number=number,
        run=run,
        family="encoder",
        questions=["sentiment", "purchase_intent", "product_demand"],
        state=state,
        artefact=f"{name}-{number}",
        artefact_hash="0" * 64,
    )


def promote(model: ModelVersion) -> None:
    with transaction.atomic():
        ModelVersion.objects.filter(state="champion").update(state="retired")
        ModelVersion.objects.filter(pk=model.pk).update(state="champion")
        champion_changed.send(sender=ModelVersion, model_id=model.pk)


def category(key: str) -> Category:
    return Category.objects.get_or_create(
        key=key, defaults={"name_en": key.title(), "name_zh": f"{key}类"}
    )[0]


def product(store: Store, external_id: str, **fields: Any) -> Product:
    return Product.objects.get_or_create(store=store, external_id=external_id, defaults=fields)[0]


def review(store: Store, day: str | None = "2026-03-10", **fields: Any) -> Review:
    """A stored review with its first revision; `day` may carry a time."""
    source, _ = Source.objects.get_or_create(store=store, key="file")
    fields.setdefault("language", "en")
    with transaction.atomic():
        number = next(_number)
        made = Review.objects.create(
            store=store,
            source=source,
            external_id=f"r{number}",
            posted_at=moment(day),
            content_hash=f"{number:064d}",
            **fields,
        )
        revise(made, f"text {number}")
    return made


def revise(made: Review, text: str) -> TextRevision:
    """A new current revision of a review."""
    with transaction.atomic():
        number = made.revisions.count() + 1
        made.revisions.update(is_current=False)
        revision = TextRevision.objects.create(
            review=made,
            number=number,
            text=text,
            text_hash=hashlib.sha256(text.encode()).hexdigest(),
            redactor_version="1",
        )
        reviews_stored.send(sender=Review, review_ids=[made.pk], revision_ids=[revision.pk])
    return revision


def change(made: Review, **fields: Any) -> None:
    with transaction.atomic():
        reviews_changing.send(sender=Review, review_ids=[made.pk])
        Review.objects.filter(pk=made.pk).update(**fields)
        reviews_stored.send(sender=Review, review_ids=[made.pk], revision_ids=[])


def delete(made: Review) -> None:
    with transaction.atomic():
        reviews_changing.send(sender=Review, review_ids=[made.pk])
        made.delete()


def answer(made: Review, model: ModelVersion, **answers: str) -> None:
    """Store the model's answers (`sentiment="positive"`, ...) about the current revision."""
    with transaction.atomic():
        revision = made.revisions.get(is_current=True)
        for key, choice_key in answers.items():
            question = Question.objects.get(key=key, active=True)
            choices = list(Choice.objects.filter(question=question).order_by("order"))
            chosen = next(choice for choice in choices if choice.key == choice_key)
            rest = 0.2 / (len(choices) - 1)
            Prediction.objects.update_or_create(
                revision=revision,
                question=question,
                model=model,
                defaults={
                    "choice": chosen,
                    "probabilities": [0.8 if choice == chosen else rest for choice in choices],
                },
            )
        predictions_stored.send(sender=Prediction, review_ids=[made.pk], model_id=model.pk)


def answered(
    model: ModelVersion, store: Store, day: str | None = "2026-03-10", /, **fields: Any
) -> Review:
    """A review with the model's answers; those not given are neutral or none."""
    answers = {"sentiment": "neutral", "purchase_intent": "none", "product_demand": "none"}
    answers |= {key: fields.pop(key) for key in list(fields) if key in answers}
    made = review(store, day, **fields)
    answer(made, model, **answers)
    return made
