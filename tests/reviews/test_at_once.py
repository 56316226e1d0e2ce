"""What two do at the same time to the same reviews, files and lists."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction

from reviews import redacting
from reviews.models import Doubt, ListedValue, Review
from reviews.services.deleting import review_delete
from reviews.services.doubts import doubt_add, doubt_reject, personal_data_report
from reviews.services.lists import values_add
from reviews.services.storing import rows_store
from tests.reviews.redaction_shop import bring, current, row, source, text_of

pytestmark = pytest.mark.django_db(transaction=True)


class Beside:
    """Work in a thread of its own; `done` waits for it and raises what it raised."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work = work
        self._result: Any = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._result = self._work()
        except BaseException as error:  # noqa: BLE001  # raised again where it is asked for
            self._error = error
        finally:
            connection.close()

    def done(self) -> Any:
        self._thread.join(30)
        assert not self._thread.is_alive()
        if self._error is not None:
            raise self._error
        return self._result


def wait_until_somebody_waits() -> None:
    """Until a transaction waits for a lock."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("select 1 from pg_locks where not granted")
            if cursor.fetchone():
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


@contextmanager
def meanwhile(work: Callable[[], Any]) -> Iterator[None]:
    """What is done inside is not committed before `work`, in a thread, waits for it."""
    with transaction.atomic():
        yield
        beside = Beside(work)
        wait_until_somebody_waits()
    beside.done()


def test_what_an_officer_hides_while_an_import_writes_the_review_stays_hidden(
    cast: SimpleNamespace,
) -> None:
    shop = source(cast.lanting)
    [review] = bring(shop, "暗号七家的水壶很好")
    again = "暗号七家的水壶很好，追评"
    with meanwhile(lambda: bring(shop, again, external_id=review.external_id)):
        doubt_add(actor=cast.pia, revision=current(review), words="暗号七", type="PERSON")
    assert text_of(review) == "[PERSON_1]家的水壶很好，追评"


def test_what_an_officer_brings_back_while_an_import_writes_the_review_stays_readable(
    cast: SimpleNamespace,
) -> None:
    shop = source(cast.lanting)
    [review] = bring(shop, "暗号七家的水壶很好")
    doubt = personal_data_report(
        actor=cast.ann, revision=current(review), start=0, end=3, type="PERSON"
    )
    again = "暗号七家的水壶很好，追评"
    with meanwhile(lambda: bring(shop, again, external_id=review.external_id)):
        doubt_reject(actor=cast.pia, doubt=doubt, reason="a test")
    assert text_of(review) == again
    assert not Doubt.objects.filter(state=Doubt.State.OPEN).exists()


def test_a_review_deleted_while_an_import_changes_it_is_compared_anew(
    cast: SimpleNamespace,
) -> None:
    shop = source(cast.lanting)
    [review] = bring(shop, "水壶很好")
    with meanwhile(lambda: bring(shop, "水壶很好，追评", external_id=review.external_id)):
        review_delete(actor=cast.pia, stores=[cast.lanting], review_id=review.pk)
    # Something new was said of it, as when the file came afterwards.
    assert Review.objects.get().external_id == review.external_id


def test_two_who_list_the_same_value_at_once_both_succeed(cast: SimpleNamespace) -> None:
    def add(actor: Any, value: str) -> Any:
        return values_add(actor=actor, stores=[cast.lanting], kind="allow", values=[value])

    second: list[Any] = []
    with meanwhile(lambda: second.extend(add(cast.mia, "ＬＩ-NING"))):
        assert len(add(cast.pia, "Li-Ning")) == 1
    assert not second
    assert ListedValue.objects.get().added_by == cast.pia


def test_imports_into_two_sources_of_a_store_that_share_people_do_not_wait_crosswise(
    cast: SimpleNamespace,
) -> None:
    """One seals its originals, the other drops them; both bring the same people and products."""
    sealing = source(cast.lanting, "sealing", original="seal")
    dropping = source(cast.lanting, "dropping")
    rows = [
        dataclasses.replace(
            row("ok"), shopper=f"s{at % 50}", product_id=f"p{at % 50}", category="c"
        )
        for at in range(200)
    ]

    def store(into: Any, mine: list[Any]) -> None:
        redact, stamp = redacting.for_source(into)
        rows_store(actor=None, source=into, rows=mine, redact=redact, redactor_version=stamp)

    for turn in range(3):
        fresh = [
            dataclasses.replace(
                one,
                shopper=f"{turn}-{one.shopper}",
                product_id=f"{turn}-{one.product_id}",
                category=f"{turn}-c",
                external_id=f"{turn}-{one.external_id}",
            )
            for one in rows
        ]
        both = [
            Beside(partial(store, sealing, fresh)),
            Beside(partial(store, dropping, fresh[::-1])),
        ]
        for one in both:
            one.done()
    assert Review.objects.count() == 2 * 3 * len(rows)


def test_a_follow_up_that_comes_in_while_the_first_is_decided_about_is_joined(
    cast: SimpleNamespace,
) -> None:
    shop = source(cast.lanting)
    [review] = bring(shop, "暗号七家的水壶很好")

    def follow() -> None:
        redact, stamp = redacting.for_source(shop)
        later = dataclasses.replace(row("一个月后漏水了"), follows=review.external_id)
        rows_store(actor=None, source=shop, rows=[later], redact=redact, redactor_version=stamp)

    with meanwhile(follow):
        doubt_add(actor=cast.pia, revision=current(review), words="暗号七", type="PERSON")
    assert text_of(review) == "[PERSON_1]家的水壶很好\n一个月后漏水了"


def test_a_follow_up_compared_before_its_review_was_deleted_is_compared_anew(
    cast: SimpleNamespace,
) -> None:
    shop = source(cast.lanting)
    [review] = bring(shop, "水壶很好")
    redact, stamp = redacting.for_source(shop)
    later = dataclasses.replace(row("一个月后漏水了"), follows=review.external_id)

    def deleted_meanwhile(texts: Any) -> Any:
        if Review.objects.filter(pk=review.pk).exists():
            review_delete(actor=cast.pia, stores=[cast.lanting], review_id=review.pk)
        return redact(texts)

    rows_store(
        actor=None, source=shop, rows=[later], redact=deleted_meanwhile, redactor_version=stamp
    )
    assert not Review.objects.exists()
