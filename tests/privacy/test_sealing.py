"""Originals, from a file to whoever opens them."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from common.commands import CommandFailure
from privacy.models import AuditEntry
from privacy.redaction.engine import Redactor
from privacy.services import (
    MayNotOpen,
    NothingSealed,
    RowIdentity,
    erasure_add,
    open_text,
    seal_spans,
    shopper_key_destroy,
)
from privacy.services.rotating import keys_rotate, rotation_targets
from privacy.vault.errors import KeyGone, SealBroken
from privacy.vault.here import key_ring, shopper_ids
from reviews.models import RejectedRow, Review, Shopper, Source
from reviews.services.deleting import review_delete
from reviews.services.originals import original_open, rejects_opener
from tests.reviews.conftest import csv_file, import_file  # noqa: F401

pytestmark = pytest.mark.usefixtures("keys")
TEXT = "Ｃall me at 415-555-2671, the kettle leaks"
WHY = "the shopper asks for a copy"


@pytest.fixture
def sealing(cast: SimpleNamespace, import_file: Any, csv_file: Any) -> Callable[..., Source]:  # noqa: F811
    """Import rows into a source that seals its originals."""

    def bring(rows: list[dict[str, Any]], policy: str = "seal") -> Source:
        source, _ = Source.objects.update_or_create(
            store=cast.lanting, key="sealed", defaults={"original_policy": policy}
        )
        import_file(csv_file(rows), key="sealed")
        return source

    return bring


def _row(number: int, **more: Any) -> dict[str, Any]:
    return {"id": f"r{number}", "text": TEXT, "shopper": f"s{number % 2}", "stars": 5, **more}


def test_an_original_opens_as_it_came_and_leaves_a_trace(
    sealing: Any, cast: SimpleNamespace
) -> None:
    sealing([_row(1)])
    review = Review.objects.get(external_id="r1")
    assert b"415" not in bytes(review.sealed_original or b"")
    assert "415" not in review.revisions.get().text
    assert original_open(actor=cast.pia, review=review, reason=WHY) == TEXT
    trace = AuditEntry.objects.get(action="original.open")
    assert (trace.actor_name, trace.object_id) == ("pia", str(review.pk))
    assert trace.details == {"reason": WHY}


def test_a_source_that_drops_originals_has_none(sealing: Any, cast: SimpleNamespace) -> None:
    sealing([_row(1)], policy="drop")
    review = Review.objects.get(external_id="r1")
    assert review.sealed_original is None
    with pytest.raises(NothingSealed):
        original_open(actor=cast.pia, review=review, reason=WHY)


@pytest.mark.parametrize("name", ["mia", "ann", "ivo", "max", "bob"])
def test_only_the_privacy_officer_opens_and_a_refusal_leaves_a_trace(
    sealing: Any, cast: SimpleNamespace, name: str
) -> None:
    sealing([_row(1)])
    review = Review.objects.get()
    with pytest.raises(MayNotOpen):
        original_open(actor=getattr(cast, name), review=review, reason=WHY)
    assert AuditEntry.objects.get(action="original.refuse").actor_name == name
    assert not AuditEntry.objects.filter(action="original.open").exists()


def test_without_a_reason_nothing_opens(sealing: Any, cast: SimpleNamespace) -> None:
    sealing([_row(1)])
    with pytest.raises(MayNotOpen):
        original_open(actor=cast.pia, review=Review.objects.get(), reason="  .  ")


def test_sealed_bytes_open_in_their_own_row_only(sealing: Any, cast: SimpleNamespace) -> None:
    sealing([_row(1), _row(3, text="Write to anna@mail.com about the lid")])
    one, other = Review.objects.order_by("external_id")
    Review.objects.filter(pk=one.pk).update(sealed_original=other.sealed_original)
    with pytest.raises(SealBroken):
        original_open(actor=cast.pia, review=one, reason=WHY)


def test_a_changed_byte_is_noticed(sealing: Any, cast: SimpleNamespace) -> None:
    sealing([_row(1)])
    review = Review.objects.get()
    blob = bytearray(bytes(review.sealed_original or b""))
    blob[-1] ^= 1
    Review.objects.update(sealed_original=bytes(blob))
    with pytest.raises(SealBroken):
        original_open(actor=cast.pia, review=review, reason=WHY)


def test_a_destroyed_key_takes_its_shopper_only(sealing: Any, cast: SimpleNamespace) -> None:
    sealing([_row(1), _row(2), _row(3)])
    gone = Review.objects.get(external_id="r1")
    assert gone.shopper is not None
    assert gone.shopper.uid is not None
    assert shopper_key_destroy(actor=cast.pia, keys=[gone.shopper.uid]) == 1
    for external_id in ("r1", "r3"):
        review = Review.objects.get(external_id=external_id)
        with pytest.raises(KeyGone):
            original_open(actor=cast.pia, review=review, reason=WHY)
    other = Review.objects.get(external_id="r2")
    assert original_open(actor=cast.pia, review=other, reason=WHY) == TEXT


def test_reviews_without_a_shopper_have_keys_of_their_own(
    sealing: Any, cast: SimpleNamespace
) -> None:
    sealing([_row(1, shopper=""), _row(2, shopper="")])
    assert key_ring().store.count() == 2
    # An edit keeps the key, so that erasing it erases all there is.
    sealing([_row(1, shopper="", text="now it is 415-555-2672"), _row(2, shopper="")])
    assert key_ring().store.count() == 2
    review = Review.objects.get(external_id="r1")
    assert "2672" in original_open(actor=cast.pia, review=review, reason=WHY)


def test_a_deleted_review_takes_its_own_key_with_it(
    sealing: Any, cast: SimpleNamespace, django_capture_on_commit_callbacks: Any
) -> None:
    sealing([_row(1, shopper=""), _row(2, shopper=""), _row(3)])
    with django_capture_on_commit_callbacks(execute=True):
        for external_id in ("r1", "r3"):
            number = Review.objects.get(external_id=external_id).pk
            review_delete(actor=cast.pia, stores=[cast.lanting], review_id=number)
    # The other review's, and the shopper's, who may have written more.
    assert key_ring().store.count() == 2


def test_a_changed_policy_counts_when_the_file_comes_again(sealing: Any) -> None:
    sealing([_row(1)], policy="drop")
    sealing([_row(1)], policy="seal")
    assert Review.objects.get().sealed_original is not None
    sealing([_row(1)], policy="drop")
    assert Review.objects.get().sealed_original is None


def test_a_refused_row_is_sealed_whole(sealing: Any, cast: SimpleNamespace) -> None:
    sealing([_row(1), _row(2, stars="many")])
    row = RejectedRow.objects.get()
    assert "415" not in row.content
    opened = rejects_opener(actor=cast.pia, batch=row.batch, reason=WHY)([row])
    content = opened[row.pk]
    assert "415-555-2671" in content
    assert '"many"' in content


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("reencrypt", [False, True])
def test_a_rotation_keeps_what_lives_and_ends_what_was_erased(
    sealing: Any, cast: SimpleNamespace, keys: Path, reencrypt: bool
) -> None:
    sealing([_row(number) for number in range(6)])
    before = {review.external_id: bytes(review.sealed_original or b"") for review in
              Review.objects.all()}  # fmt: skip
    ring = key_ring()
    masters = set(keys.glob("master/*.key"))
    targets = rotation_targets(reencrypt=reencrypt)
    done = keys_rotate(actor=None, targets=targets, progress=lambda *_: None)
    assert not masters & set(keys.glob("master/*.key"))
    assert ring.masters.minimum() == ring.masters.current() == 2
    for review in Review.objects.all():
        assert original_open(actor=cast.pia, review=review, reason=WHY) == TEXT
        same = bytes(review.sealed_original or b"") == before[review.external_id]
        assert same is not reencrypt
    assert done.rows == (6 if reencrypt else 0)


def test_an_erasure_ends_a_row_that_a_restore_brought_back(
    sealing: Any, cast: SimpleNamespace
) -> None:
    sealing([_row(1)])
    review = Review.objects.select_related("shopper").get()
    assert review.shopper is not None
    assert review.shopper.uid is not None
    erasure_add(
        actor=cast.pia, kind="shopper", store=cast.lanting.pk, keys=[review.shopper.uid],
        digests=[review.shopper.key_hash],
    )  # fmt: skip
    # The row itself stands as an old dump would have it.
    with pytest.raises(KeyGone):
        original_open(actor=cast.pia, review=review, reason=WHY)


def test_a_shopper_known_under_an_old_key_is_the_same_one_in_the_next_file(sealing: Any) -> None:
    sealing([_row(1)])
    shopper_ids().secret.rotate()
    sealing([_row(1), _row(3)])
    shopper = Shopper.objects.get()
    assert shopper.key_version == 2
    assert shopper.reviews.count() == 2


def test_spans_are_sealed_alone(cast: SimpleNamespace, db: None) -> None:
    text = "call 415-555-2671 or anna@mail.com"
    spans = Redactor().find(text)
    row = RowIdentity(1, "review", "1/a")
    sealed = seal_spans(text=text, spans=spans, row=row)
    opened = open_text(
        actor=cast.pia, reason=WHY, row=row, object_type="review", object_id=1,
        fetch=lambda: sealed.blob,
    )  # fmt: skip
    assert json.loads(opened) == [
        [5, 17, "PHONE", "415-555-2671"], [21, 34, "EMAIL", "anna@mail.com"],
    ]  # fmt: skip


def test_the_command_asks_who_you_are_and_prints_the_original(
    sealing: Any, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealing([_row(1)])
    number = str(Review.objects.get().pk)

    def ask(password: str, name: str = "pia") -> str:
        monkeypatch.setattr("sys.stdin", StringIO(password + "\n"))
        out = StringIO()
        call_command("open_original", number, "--as", name, "--reason", WHY, stdout=out)
        return out.getvalue()

    assert ask(cast.password) == TEXT + "\n"
    with pytest.raises(CommandFailure, match="do not fit"):
        ask("a guess")
    with pytest.raises(CommandFailure, match="privacy officer"):
        ask(cast.password, "mia")
    with pytest.raises(CommandFailure, match="no review"):
        ask(cast.password, "bob")
