"""A set changes while others store what people say: nothing is left in the set before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from annotation.models import Batch, GoldAnswer, Suspect
from annotation.selectors.label_set_preview import question_active
from annotation.services.assigning import items_take
from annotation.services.gold import gold_remove, gold_set
from annotation.services.label_checks import Fitting
from annotation.services.label_options import Options
from annotation.services.label_set_lock import sets_change
from annotation.services.label_storing import fitting_store
from annotation.services.settling import Decision, answers_settle, settling_undo
from annotation.services.suspects import Ranked, suspects_store
from tests.analytics import factories
from tests.annotation.label_sets.world import answer

pytestmark = pytest.mark.django_db


@contextmanager
def somebody_changes_a_set() -> Iterator[None]:
    """From another connection, until the end."""
    with connection.cursor() as cursor:
        cursor.execute("select statement_timestamp()")
    wanted = connection.get_connection_params()
    wanted.pop("cursor_factory", None), wanted.pop("context", None)
    with psycopg.connect(**wanted) as other:
        statements: list[tuple[str, Any]] = []
        with connection.execute_wrapper(lambda _do, sql, values, *_: statements.append((sql, values))):
            sets_change()
        for sql, values in statements:
            other.execute(sql.encode(), values)
        yield


def _settle(cast: SimpleNamespace, one: SimpleNamespace) -> None:
    answers_settle(
        actor=cast.max, stores=[cast.lanting], revision_id=one.revision.pk,
        decisions={"sentiment": Decision("neutral")},
    )  # fmt: skip


def _answer(cast: SimpleNamespace, one: SimpleNamespace) -> None:
    answer(cast.ann, one.taken.pk, {"sentiment": "positive", "purchase_intent": "none"})


DOORWAYS: list[Callable[[SimpleNamespace, SimpleNamespace], Any]] = [
    _answer,
    _settle,
    lambda cast, one: settling_undo(actor=cast.max, stores=[cast.lanting]),
    lambda cast, one: gold_set(
        actor=cast.max, review=one.review, answers={"sentiment": "positive"}
    ),
    lambda cast, one: gold_remove(actor=cast.max, review=one.review),
    lambda cast, one: suspects_store(question="sentiment", found=[]),
    lambda cast, one: fitting_store(
        actor=cast.max, fitting=[], options=Options(), stores=[cast.lanting],
        redact=lambda texts: texts,
    ),
]  # fmt: skip


@pytest.mark.parametrize("store", DOORWAYS)
def test_whoever_stores_an_answer_waits_for_a_change_that_is_under_way(
    cast: SimpleNamespace, store: Callable[[SimpleNamespace, SimpleNamespace], Any]
) -> None:
    cast.max.is_superuser = True
    cast.max.save()
    review = factories.review(cast.lanting)
    batch = Batch.objects.create(name="b", design="given", state="open")
    batch.items.create(review=review)
    [taken] = items_take(actor=cast.ann, batch=batch)
    one = SimpleNamespace(review=review, revision=review.revisions.get(), taken=taken)
    with connection.cursor() as cursor:
        cursor.execute("set local lock_timeout = '100ms'")
    with somebody_changes_a_set(), pytest.raises(OperationalError), transaction.atomic():
        store(cast, one)
    store(cast, one)  # and does not once it is over


def test_what_was_ranked_in_the_set_before_is_passed_over(cast: SimpleNamespace) -> None:
    revision = factories.review(cast.lanting).revisions.get()
    found = [Ranked(revision.pk, "positive", gone, 0.1, 1, 1) for gone in ("joy", "negative")]
    assert suspects_store(question="sentiment", found=found) == 1
    assert Suspect.objects.get().suggested.key == "negative"
