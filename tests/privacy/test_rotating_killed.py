"""A rotation of keys that is killed, or meets writers and stores as they are in bad hours."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from common.models import Job
from common.runner import run_job
from privacy.people import Identifier
from privacy.sealed import SealedColumn
from privacy.services import carrying, requests
from privacy.services.rotating import keys_rotate, rotation_request, rotation_targets
from privacy.vault.errors import WrapBroken
from privacy.vault.here import key_ring
from privacy.vault.keystore import KeyStore
from reviews.models import Review, Source
from reviews.services.opening import originals_of
from reviews.services.originals import original_open
from tests.privacy.test_rotating import WHY, _rotate, _store, source

__all__ = ["source"]


@contextmanager
def _writer(source: Source, numbers: range, let_go: threading.Event) -> Iterator[None]:
    """Somebody whose transaction has stored rows and commits when `let_go` is set."""
    stored = threading.Event()

    def write() -> None:
        with transaction.atomic():
            _store(source, numbers)
            stored.set()
            let_go.wait(30)
        key_ring().store.close()
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    assert stored.wait(30)
    try:
        yield
    finally:
        let_go.set()
        thread.join()


def _all_open(cast: SimpleNamespace) -> int:
    rows = list(Review.objects.all())
    for review in rows:
        text = original_open(actor=cast.pia, review=review, reason=WHY)
        assert text == f"call {review.external_id[1:]}"
    return len(rows)


def _killed_after(monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> None:
    whole: Callable[..., Any] = getattr(owner, name)

    def killed(*args: Any) -> Any:
        whole(*args)
        raise KeyboardInterrupt  # as a kill: nothing after it is done, what is open rolls back

    monkeypatch.setattr(owner, name, killed)


@pytest.mark.parametrize(
    ("owner", "name"),
    [(KeyStore, "raise_generation"), (SealedColumn, "replace"), (KeyStore, "destroy_below")],
)
def test_whatever_kills_a_rotation_every_text_opens_and_the_next_one_ends_it(
    source: Source, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, owner: type, name: str
) -> None:
    _store(source, range(6))
    let_go = threading.Event()
    with monkeypatch.context() as patch, _writer(source, range(100, 103), let_go):
        _killed_after(patch, owner, name)
        # Long enough that a rotation which does not wait is past the first look.
        timer = threading.Timer(1.0, let_go.set)
        timer.start()
        job = rotation_request(actor=None, reencrypt=True)
        with pytest.raises(KeyboardInterrupt):
            run_job(job.pk)
        timer.cancel()
    assert _all_open(cast) == 9
    Job.objects.filter(pk=job.pk).update(lease_until="2026-01-01T00:00Z")
    ended = run_job(job.pk)
    assert ended is not None
    assert ended.state == Job.State.SUCCEEDED, ended.error
    assert _all_open(cast) == 9
    assert set(Review.objects.values_list("seal_key_version", flat=True)) == {2}
    assert key_ring().store.minimum() == 2


def test_what_is_sealed_while_a_rotation_waits_for_a_writer_has_the_new_key(
    source: Source, cast: SimpleNamespace
) -> None:
    _store(source, range(4))
    let_go, results = threading.Event(), []

    def rotate() -> None:
        results.append(_rotate(True))
        key_ring().store.close()
        connection.close()

    with _writer(source, range(100, 103), let_go):
        thread = threading.Thread(target=rotate)
        thread.start()
        elsewhere = Source.objects.create(
            store=cast.northway, key="other", original_policy=Source.OriginalPolicy.SEAL
        )
        for number in range(10, 16):
            _store(elsewhere, range(number, number + 1))
        assert key_ring().store.minimum() == 1, "keys went while a writer still used them"
    thread.join()
    assert results[0]["rows"] >= 7
    assert _all_open(cast) == 13
    assert set(Review.objects.values_list("seal_key_version", flat=True)) == {2}


def test_a_rotation_refuses_to_run_inside_a_transaction(source: Source, cast: Any) -> None:
    _store(source, range(3))
    targets = rotation_targets(reencrypt=True)
    with pytest.raises(TransactionManagementError), transaction.atomic():
        keys_rotate(actor=None, targets=targets, progress=lambda *_: None)
    assert key_ring().store.minimum() == 1
    assert _all_open(cast) == 3


def test_rows_whose_bytes_name_an_older_key_than_their_column_are_sealed_anew(
    source: Source, cast: SimpleNamespace
) -> None:
    _store(source, range(6))
    Review.objects.filter(external_id="r3").update(seal_key_version=2)
    assert _rotate(True)["rows"] == 6
    assert _all_open(cast) == 6


@pytest.mark.parametrize("how", ["gone", "another"])
def test_a_master_key_that_is_not_the_right_one_stops_a_rotation(
    source: Source, cast: SimpleNamespace, keys: Path, how: str
) -> None:
    _store(source, range(4))
    ring = key_ring()
    [path] = (keys / "master").glob("*.key")
    right = path.read_bytes()
    path.write_text("00" * 32)
    ring.masters._values.clear()  # type: ignore[attr-defined]  # as another process sees it
    if how == "gone":
        path.rename(keys / "aside")
        ring.masters.rotate_to(2)
        (keys / "master" / "1.key").unlink(missing_ok=True)
    job = run_job(rotation_request(actor=None, reencrypt=True).pk)
    assert job is not None
    assert job.state == Job.State.FAILED
    assert "nothing was destroyed" in job.error
    path.write_bytes(right)
    ring.masters._values.clear()  # type: ignore[attr-defined]
    assert _all_open(cast) == 4
    assert _rotate(True)["rows"] == 4


def test_looking_through_originals_misses_none_that_a_rotation_seals_meanwhile(
    source: Source, cast: SimpleNamespace
) -> None:
    _store(source, range(6))
    found = originals_of(Review.objects.all())
    texts = [next(found)[1]]
    _rotate(True)
    texts += [text for _, text in found]
    assert sorted(texts) == [f"call {number}" for number in range(6)]


def test_looking_through_originals_with_the_wrong_master_key_finds_not_nothing_but_fails(
    source: Source, cast: SimpleNamespace, keys: Path
) -> None:
    _store(source, range(2))
    [path] = (keys / "master").glob("*.key")
    path.write_text("00" * 32)
    key_ring().masters._values.clear()  # type: ignore[attr-defined]
    with pytest.raises(WrapBroken):
        list(originals_of(Review.objects.all()))


def test_a_request_that_is_carried_out_during_a_rotation_keeps_whom_it_is_about(
    source: Source, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from privacy.services import sweeping

    asked = requests.request_receive(
        actor=cast.pia, kind="erase", law="gdpr", stores=[cast.lanting.pk],
        identifiers=[Identifier("shopper", "member-77120")],
    )  # fmt: skip
    requests.request_look_up(request=asked)
    asked = requests.request_approve(actor=cast.pia, request=asked)
    _rotate(True)  # after the job has read its request

    def still(*args: Any) -> dict[str, Any]:
        _rotate(True)
        return {"tables": 1, "files": 0, "hits": ["table x (1)"]}

    monkeypatch.setattr(sweeping, "look", still)
    done = carrying.request_carry_out(actor=cast.pia, request=asked)
    assert done.state == "look"
    again = type(asked).objects.get(pk=asked.pk)
    assert requests.subject_of(again).values("shopper") == ["member-77120"]
