"""New keys while others read and write, each in transactions of their own."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction

from common.models import Job
from common.runner import run_job
from privacy.sealed import SealedColumn
from privacy.services import keys_in_use
from privacy.services.key_use import nobody_uses_keys
from privacy.services.rotating import RotationRuns, rotation_request, rotation_request_due
from privacy.vault.errors import KeyGone
from privacy.vault.here import key_ring
from privacy.vault.keystore import KeyStore
from privacy.vault.ring import KeyRing
from reviews.importing.rows import CleanRow
from reviews.models import Review, Source
from reviews.services.originals import original_open, review_identity
from reviews.services.storing import Redacted, rows_store

WHY = "the shopper asks for a copy"
ROWS = 60


@pytest.fixture
def source(keys: Path, transactional_db: None, cast: SimpleNamespace) -> Source:
    return Source.objects.create(
        store=cast.lanting, key="sealed", original_policy=Source.OriginalPolicy.SEAL
    )


def _store(source: Source, numbers: range, words: str = "first") -> None:
    rows = [
        CleanRow(
            line=number, external_id=f"r{number}", text=f"a kettle, {words}", product_id="",
            product_name="", brand="", category="", variant="", shopper=f"s{number // 2}",
            posted_at=None, stars=3, channel="review", default_text=False, incentivised=False,
            original=f"call {number}",
        )
        for number in numbers
    ]  # fmt: skip
    rows_store(
        actor=None, source=source, rows=rows, redactor_version="test",
        redact=lambda texts: [Redacted(text, 0) for text in texts],
    )  # fmt: skip


@contextmanager
def _meanwhile(*works: Callable[[], None]) -> Iterator[list[int]]:
    """Do each of `works` again and again in a thread of its own; what they raise is raised."""
    over, failures, rounds = threading.Event(), [], [0] * len(works)

    def again(place: int) -> None:
        try:
            while not over.is_set():
                works[place]()
                rounds[place] += 1
        except Exception as error:  # noqa: BLE001
            failures.append(error)
        finally:
            key_ring().store.close()
            connection.close()

    threads = [threading.Thread(target=again, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    try:
        yield rounds
    finally:
        over.set()
        for thread in threads:
            thread.join()
    if failures:
        raise failures[0]


def test_no_read_and_no_write_fails_and_an_old_dump_opens_no_more(
    source: Source, cast: SimpleNamespace, tmp_path: Path
) -> None:
    _store(source, range(ROWS))
    old = [
        (
            bytes(one.sealed_original or b""),
            review_identity(one.store_id, source.pk, one.external_id),
        )
        for one in Review.objects.all()
    ]
    key_ring().store.close()
    shutil.copytree(key_ring().store.path.parent, tmp_path / "copy")
    shutil.rmtree(tmp_path / "copy" / "master")
    ids = list(Review.objects.values_list("pk", flat=True))
    written = [ROWS]

    def read() -> None:
        for pk in ids[:: ROWS // 10]:
            review = Review.objects.get(pk=pk)
            text = original_open(actor=cast.pia, review=review, reason=WHY)
            assert text == f"call {review.external_id[1:]}"

    def write() -> None:
        _store(source, range(written[0], written[0] + 3))
        _store(source, range(4), words=f"edition {written[0]}")
        written[0] += 3

    with _meanwhile(read, write) as rounds:
        done = [_rotate(reencrypt) for reencrypt in (True, False, True)]
    assert min(rounds) > 0
    assert done[0]["rows"] >= ROWS - 4
    assert not any(one["broken_rows"] or one["cleared"] for one in done)
    thief = KeyRing(key_ring().masters, KeyStore(tmp_path / "copy" / "data-keys.sqlite3"))
    for ring in (key_ring(), thief):
        for blob in old:
            with pytest.raises(KeyGone):
                ring.open([blob])
    for review in Review.objects.all():
        text = original_open(actor=cast.pia, review=review, reason=WHY)
        assert text == f"call {review.external_id[1:]}"


def _rotate(reencrypt: bool) -> dict[str, Any]:
    job = run_job(rotation_request(actor=None, reencrypt=reencrypt).pk)
    assert job is not None
    assert job.state == Job.State.SUCCEEDED, job.error
    return job.result


def test_a_rotation_that_was_killed_goes_on_to_the_same_keys(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    from privacy.services import resealing

    _store(source, range(ROWS))
    monkeypatch.setattr(resealing, "_AT_ONCE", 20)
    job = rotation_request(actor=None, reencrypt=True)
    pieces = []

    def stop(column: Any, rows: Any, blobs: Any, version: int) -> int:
        pieces.append(len(rows))
        if len(pieces) == 2:
            raise KeyboardInterrupt  # as a kill: nothing after it is done
        return replace(column, rows, blobs, version)

    replace = SealedColumn.replace
    monkeypatch.setattr(SealedColumn, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        run_job(job.pk)
    monkeypatch.setattr(SealedColumn, "replace", replace)
    Job.objects.filter(pk=job.pk).update(lease_until="2026-01-01T00:00Z")
    ended = run_job(job.pk)
    assert ended is not None
    assert ended.result["rows"] == ROWS - 20
    ring = key_ring()
    assert (ring.masters.current(), ring.masters.minimum()) == (2, 2)
    assert (ring.store.generation(), ring.store.minimum()) == (2, 2)
    assert set(Review.objects.values_list("seal_key_version", flat=True)) == {2}


def test_rows_of_erased_people_are_cleared_and_tampered_ones_named(source: Source) -> None:
    _store(source, range(6))
    gone = Review.objects.select_related("shopper").get(external_id="r0").shopper
    assert gone is not None
    assert gone.uid is not None
    key_ring().store.destroy([gone.uid])
    tampered = Review.objects.get(external_id="r4")
    blob = bytearray(bytes(tampered.sealed_original or b""))
    blob[-1] ^= 1
    Review.objects.filter(pk=tampered.pk).update(sealed_original=bytes(blob))
    found = _rotate(True)
    assert (found["cleared"], found["broken_rows"], found["rows"]) == (2, 1, 3)
    assert found["broken"] == [f"reviews_review.sealed_original {tampered.pk}"]
    assert Review.objects.filter(sealed_original__isnull=True).count() == 2


def test_a_key_that_is_destroyed_while_its_rows_are_sealed_anew_stays_destroyed(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    _store(source, range(6))
    gone = Review.objects.select_related("shopper").get(external_id="r0").shopper
    assert gone is not None
    assert gone.uid is not None
    uid = gone.uid
    real = KeyRing.seal

    def seal(ring: KeyRing, items: Any) -> Any:
        monkeypatch.undo()
        ring.store.destroy([uid])
        return real(ring, items)

    monkeypatch.setattr(KeyRing, "seal", seal)
    found = _rotate(True)
    assert (found["cleared"], found["rows"]) == (2, 4)
    assert key_ring().store.held([uid]) == set()
    assert Review.objects.filter(sealed_original__isnull=True).count() == 2


def test_keys_that_are_lost_stop_a_rotation_before_it_destroys_anything(source: Source) -> None:
    _store(source, range(6))
    store = key_ring().store
    store.close()
    aside = store.path.parent / "aside"
    aside.mkdir()
    for path in store.path.parent.glob("data-keys*"):
        path.rename(aside / path.name)
    for reencrypt in (False, True):
        job = run_job(rotation_request(actor=None, reencrypt=reencrypt).pk)
        assert job is not None
        assert job.state == Job.State.FAILED
        assert "nothing was destroyed" in job.error
    store.close()
    for path in aside.glob("data-keys*"):
        path.rename(store.path.parent / path.name)
    assert Review.objects.filter(sealed_original__isnull=False).count() == 6
    assert _rotate(True)["rows"] == 6


def test_only_one_rotation_at_a_time(transactional_db: None) -> None:
    rotation_request(actor=None, reencrypt=False)
    with pytest.raises(RotationRuns):
        rotation_request(actor=None, reencrypt=True)


def test_a_rotation_is_due_when_the_last_one_is_old(source: Source, settings: Any) -> None:
    assert rotation_request_due() is None  # nothing is sealed yet
    _store(source, range(2))
    first = rotation_request_due()
    assert first is not None
    assert rotation_request_due() is None
    run_job(first.pk)
    assert rotation_request_due() is None
    Job.objects.filter(pk=first.pk).update(finished_at="2026-01-01T00:00Z")
    settings.VERBATIM_KEY_ROTATION_DAYS = 0
    assert rotation_request_due() is None
    settings.VERBATIM_KEY_ROTATION_DAYS = 30
    assert rotation_request_due() is not None


def test_old_keys_are_not_destroyed_under_a_transaction_that_still_stores(
    transactional_db: None,
) -> None:
    held, let_go, order = threading.Event(), threading.Event(), []

    def store() -> None:
        with transaction.atomic():
            keys_in_use()
            held.set()
            let_go.wait(30)
            order.append("stored")
        connection.close()

    thread = threading.Thread(target=store)
    thread.start()
    assert held.wait(30)
    with pytest.raises(TimeoutError), nobody_uses_keys(patience=0.1):
        order.append("destroyed too early")
    let_go.set()
    with nobody_uses_keys():
        order.append("destroyed")
    thread.join()
    assert order == ["stored", "destroyed"]
