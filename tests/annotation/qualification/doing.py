"""What leads and annotators do with tests."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.test import Client

from annotation.models import (
    Assignment,
    Batch,
    BatchItem,
    QualificationAttempt,
    SamplingDesign,
)
from annotation.services.answering import Given, answer_save
from annotation.services.assigning import items_take
from annotation.services.gold import gold_set
from annotation.services.labels import GivenMention
from annotation.services.qualifying import (
    QualificationWanted,
    attempt_begin,
    qualification_create,
)
from annotation.services.requalifying import qualification_change
from tests import shop
from tests.analytics import factories


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def made_test(cast: SimpleNamespace, gold: int = 4, **wanted: Any) -> Batch:
    for _ in range(gold):
        review = factories.review(cast.lanting)
        shop.write(review, "the lid leaks, make it tighter")
        gold_set(actor=cast.max, review=review, answers={"sentiment": "negative"})
    asked = {"name": "rules", "reviews": 2, "attempts": 2, "questions": ["sentiment"], **wanted}
    return qualification_create(
        actor=cast.max, stores=[cast.lanting], wanted=QualificationWanted(**asked)
    )


def work(cast: SimpleNamespace) -> Batch:
    batch = Batch.objects.create(
        name="may", design=SamplingDesign.UNIFORM, state="open", questions=["sentiment"]
    )
    BatchItem.objects.create(batch=batch, review=factories.review(cast.lanting))
    return batch


def answer(person: Any, taken: Assignment, sentiment: str, at: int = 1) -> None:
    given = Given(
        {"sentiment": sentiment}, mentions=[GivenMention(0, 3, "issue", "product")], client_ms=at
    )
    answer_save(actor=person, assignment_id=taken.pk, given=given, redact=str)


def attempt(person: Any, batch: Batch, *sentiments: str) -> QualificationAttempt:
    begun = attempt_begin(actor=person, test=batch.qualification)
    for sentiment in sentiments:
        [taken] = items_take(actor=person, batch=batch)
        answer(person, taken, sentiment)
    return QualificationAttempt.objects.get(pk=begun.pk)


def change(cast: SimpleNamespace, test: Batch, anew: bool = False, **wanted: Any) -> None:
    asked = {"name": test.name, "reviews": 2, "attempts": 2, **wanted}
    guards = asked.pop("guards", [])
    qualification_change(
        actor=asked.pop("actor", cast.max),
        batch=test,
        wanted=QualificationWanted(**asked),
        guards=guards,
        anew=anew,
    )
