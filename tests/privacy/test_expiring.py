"""What expires takes along what hangs on it: its shopper, unless they said something; its key."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from privacy.models import RetentionRun
from privacy.people import REVIEW, Subject
from privacy.purposes import Purpose
from privacy.services import sealed_key
from privacy.services.retaining import retention_run, retention_set
from privacy.vault.errors import KeyGone
from privacy.vault.here import key_ring
from reviews import redacting
from reviews.models import ImportBatch, RejectedRow, Review, Shopper, Source
from reviews.selectors import reviews_for
from reviews.services import expiring, staging, storing
from reviews.services.deleting import review_delete
from reviews.services.erasing import person_erase
from reviews.services.originals import review_identity
from reviews.services.storing import rows_store
from tests.reviews.redaction_shop import row, source

pytestmark = pytest.mark.usefixtures("keys")

MEMBER = "member-77"


def _bring(shop: Source, name: str, shopper: str = MEMBER) -> Review:
    redact, stamp = redacting.for_source(shop)
    one = replace(row(f"The kettle {name} pours well", name), shopper=shopper)
    rows_store(actor=None, source=shop, rows=[one], redact=redact, redactor_version=stamp)
    return Review.objects.select_related("shopper").get(source=shop, external_id=name)


def _age(*reviews: Review, days: int = 400) -> None:
    then = timezone.now() - timedelta(days=days)
    ids = [one.pk for one in reviews]
    Review.objects.filter(pk__in=ids).update(posted_at=then, created_at=then)


@pytest.fixture
def expire(django_capture_on_commit_callbacks: Any) -> Callable[[], RetentionRun]:
    """Run the night's round, with what it does once its rows are in."""

    def run() -> RetentionRun:
        with django_capture_on_commit_callbacks(execute=True):
            done = retention_run(actor=None)
        assert done.problems == {}
        return done

    return run


def _opens(blob: Any, review: Review) -> bool:
    """Whether a copy from an old dump can still be read."""
    identity = review_identity(review.store_id, review.source_id, review.external_id)
    try:
        key_ring().open([(bytes(blob), identity)])
    except KeyGone:
        return False
    return True


@pytest.mark.django_db
@pytest.mark.parametrize("wish", [{"restricted": True}, {"objected": ["train"]}])
def test_what_a_shopper_said_holds_when_they_come_back(
    cast: SimpleNamespace, expire: Callable[[], RetentionRun], wish: dict[str, Any]
) -> None:
    shop = source(cast.lanting)
    _age(_bring(shop, "old"), _bring(shop, "other", "silent-1"))
    Shopper.objects.filter(reviews__external_id="old").update(**wish)
    retention_set(actor=None, data_class="reviews", days=200)
    assert expire().gone["reviews"] == 2
    assert Shopper.objects.count() == 1
    back = _bring(shop, "new")
    back.refresh_from_db()
    assert {name: getattr(back, name) for name in wish} == wish
    assert not reviews_for(Purpose.TRAIN, [cast.lanting]).exists()


@pytest.mark.django_db
def test_shoppers_whose_reviews_went_in_other_ways_go_at_night(
    cast: SimpleNamespace, expire: Callable[[], RetentionRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expiring, "_AT_ONCE", 2)
    shop = source(cast.lanting, original="seal")
    gone = [_bring(shop, f"gone-{number}", f"gone-{number}") for number in range(5)]
    stays = _bring(shop, "stays")
    Review.objects.filter(pk__in=[one.pk for one in gone]).delete()
    assert key_ring().store.count() == 6
    assert expire().gone["shoppers"] == 5
    assert Shopper.objects.get() == stays.shopper
    assert key_ring().store.count() == 1
    assert _opens(stays.sealed_original, stays)


@pytest.mark.django_db
def test_the_key_of_a_shopper_goes_with_the_last_that_it_sealed(
    cast: SimpleNamespace, expire: Callable[[], RetentionRun]
) -> None:
    shop, other = source(cast.lanting, original="seal"), source(cast.lanting, "other")
    first, second = _bring(shop, "first"), _bring(shop, "second")
    _bring(other, "kept without an original")
    retention_set(actor=None, data_class="reviews", scope=f"source:{shop.pk}", days=200)
    _age(first)
    expire()
    assert _opens(second.sealed_original, second)
    _age(second)
    expire()
    assert not _opens(first.sealed_original, first)
    assert not _opens(second.sealed_original, second)
    assert key_ring().store.count() == 0
    assert Shopper.objects.count() == 1
    # They come back: with a key that never was destroyed.
    third = _bring(shop, "third")
    assert _opens(third.sealed_original, third)
    assert sealed_key(third.sealed_original or b"") != sealed_key(first.sealed_original or b"")


@pytest.mark.django_db
def test_originals_go_in_bunches_with_their_keys_and_the_text_stays(
    cast: SimpleNamespace, expire: Callable[[], RetentionRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expiring, "_AT_ONCE", 2)
    shop = source(cast.lanting, original="seal")
    nobody = [_bring(shop, f"n{number}", "") for number in range(3)]
    mine = [_bring(shop, f"m{number}") for number in range(2)]
    _age(*nobody, *mine)
    fresh = _bring(shop, "fresh")
    assert key_ring().store.count() == 4
    assert expire().gone["originals"] == 5
    assert not any(_opens(one.sealed_original, one) for one in nobody)
    # One of theirs is still kept, and needs the key.
    assert _opens(fresh.sealed_original, fresh)
    assert Review.objects.count() == 6
    assert Review.objects.filter(sealed_original__isnull=False).get() == fresh


@pytest.mark.django_db
def test_consent_that_ran_out_takes_the_key_along(
    cast: SimpleNamespace, expire: Callable[[], RetentionRun]
) -> None:
    review = _bring(source(cast.lanting, original="seal"), "one", "")
    past = timezone.now() - timedelta(days=40)
    Review.objects.update(legal_basis="consent", consent_at=past, consent_until=past)
    assert expire().gone["consent"] == 1
    assert not _opens(review.sealed_original, review)


@pytest.mark.django_db
def test_rejected_rows_take_their_keys_along(
    cast: SimpleNamespace, upload: Callable[[], ImportBatch], expire: Callable[[], RetentionRun]
) -> None:
    batch = upload()
    [rejected] = RejectedRow.objects.all()
    key = sealed_key(rejected.sealed_content or b"")
    ImportBatch.objects.filter(pk=batch.pk).update(started_at=timezone.now() - timedelta(days=31))
    assert key_ring().store.held([key]) == {key}
    assert expire().gone["rejects"] == 1
    assert key_ring().store.held([key]) == set()


@pytest.mark.django_db
def test_a_damaged_original_keeps_nothing_from_going(
    cast: SimpleNamespace, expire: Callable[[], RetentionRun]
) -> None:
    shop = source(cast.lanting, original="seal")
    sound, damaged = _bring(shop, "sound", ""), _bring(shop, "damaged", "")
    Review.objects.filter(pk=damaged.pk).update(sealed_original=b"cut")
    _age(sound, damaged)
    assert expire().gone["originals"] == 2
    assert not _opens(sound.sealed_original, sound)
    assert not Review.objects.filter(sealed_original__isnull=False).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["erased", "deleted"])
def test_a_damaged_original_goes_with_its_review(cast: SimpleNamespace, way: str) -> None:
    review = _bring(source(cast.lanting, original="seal"), "damaged", "")
    Review.objects.update(sealed_original=b"cut")
    if way == "erased":
        subject = Subject([cast.lanting.pk], [], keys={REVIEW: [review.pk]})
        person_erase(None, subject)
    else:
        review_delete(actor=None, stores=[cast.lanting], review_id=review.pk)
    assert not Review.objects.exists()


def _beside(
    monkeypatch: pytest.MonkeyPatch, module: Any, step: str, bring: Callable[[], Any]
) -> RetentionRun:
    """Run the night's round while an import stands right behind its `step`, then let both end."""
    found, let_go = threading.Event(), threading.Event()
    real = getattr(module, step)

    def slow(*args: Any) -> Any:
        known = real(*args)
        found.set()
        assert let_go.wait(60)
        return known

    def alone(work: Callable[[], Any]) -> Any:
        try:
            return work()
        finally:
            connection.close()

    monkeypatch.setattr(module, step, slow)
    with ThreadPoolExecutor(2) as pool:
        importing = pool.submit(alone, bring)
        assert found.wait(60)
        night = pool.submit(alone, lambda: retention_run(actor=None))
        while not night.done() and not _somebody_waits():
            time.sleep(0.05)
        let_go.set()
        importing.result(60)
        done: RetentionRun = night.result(60)
    assert done.problems == {}
    return done


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select exists (select from pg_locks where not granted)")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_an_import_beside_keeps_the_shopper_it_has_just_found(
    cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = source(cast.lanting, original="seal")
    _age(_bring(shop, "old"))
    retention_set(actor=None, data_class="reviews", days=200)
    done = _beside(monkeypatch, staging, "_shoppers", lambda: _bring(shop, "new"))
    assert done.gone["reviews"] == 1
    new = Review.objects.select_related("shopper").get()
    assert (new.external_id, new.shopper) == ("new", Shopper.objects.get())
    assert _opens(new.sealed_original, new)


@pytest.mark.django_db(transaction=True)
def test_an_import_beside_can_still_change_the_review_that_it_has_just_found(
    cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = source(cast.lanting)
    _age(_bring(shop, "old"))
    retention_set(actor=None, data_class="reviews", days=200)

    def change() -> None:
        redact, stamp = redacting.for_source(shop)
        rows = [replace(row("It drips by now", "old"), shopper=MEMBER, content_hash="changed")]
        fates = rows_store(
            actor=None, source=shop, rows=rows, redact=redact, redactor_version=stamp
        ).fates
        assert fates == {"old": "updated"}

    assert _beside(monkeypatch, storing, "known_of", change).gone["reviews"] == 1
    assert not Review.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["expired", "deleted", "a file says so"])
def test_a_follow_up_that_goes_with_its_review_takes_its_own_key_along(
    how: str,
    cast: SimpleNamespace,
    expire: Callable[[], RetentionRun],
    django_capture_on_commit_callbacks: Any,
) -> None:
    shop = source(cast.lanting, original="seal")
    redact, stamp = redacting.for_source(shop)

    def store(*rows: Any) -> None:
        rows_store(actor=None, source=shop, rows=rows, redact=redact, redactor_version=stamp)

    first = row("The kettle pours well", "first")
    store(first, replace(row("After a month it leaks", "later"), follows="first"))
    old, later = Review.objects.order_by("external_id")
    assert key_ring().store.count() == 2
    if how == "expired":
        _age(old)
        retention_set(actor=None, data_class="reviews", days=200)
        expire()
    else:
        with django_capture_on_commit_callbacks(execute=True):
            if how == "deleted":
                review_delete(actor=cast.pia, stores=[cast.lanting], review_id=old.pk)
            else:
                store(replace(first, deleted=True))
    assert not Review.objects.exists()
    assert key_ring().store.count() == 0
    assert not _opens(old.sealed_original, old)
    assert not _opens(later.sealed_original, later)
