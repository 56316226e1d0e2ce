"""The erasure ledger: whom a restored database brings back goes again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command

from common.commands import CommandFailure
from privacy import erasures
from privacy.models import AuditEntry, ErasedDigest, Erasure
from privacy.selectors import audit_verify, erased_digests
from privacy.services import RowIdentity, audit_link, audit_record, erasure_add, seal_text
from privacy.vault.here import key_ring, ledger, shopper_ids
from reviews import keys as review_keys
from reviews.models import Shopper
from reviews.services.rekeying import shoppers_rekey

pytestmark = pytest.mark.usefixtures("keys")


@pytest.fixture
def erased(keys: Path) -> Iterator[list[tuple[Any, ...]]]:
    """What a handler of another app was asked to erase."""
    found: list[tuple[Any, ...]] = []

    def handler(store: int, keys: list[str], digests: list[str], details: dict[str, Any]) -> int:
        found.append((store, keys, digests, details))
        return 2

    erasures.register("test person", handler)
    yield found
    erasures._handlers.pop("test person")


def _erase(cast: SimpleNamespace, identifier: str) -> Erasure:
    return erasure_add(
        actor=cast.pia, kind="test person", store=cast.lanting.pk, keys=[uuid4()],
        digests=[review_keys.shopper_digest(identifier)], details={"review": 7},
    )  # fmt: skip


def _restore_from_before(numbers: list[int]) -> None:
    """What the database knows of these erasures is gone, as if put back from an older dump."""
    Erasure.objects.filter(number__in=numbers).delete()


def test_nothing_is_done_again_without_a_restore(cast: SimpleNamespace, erased: list[Any]) -> None:
    _erase(cast, "anna")
    call_command("replay_erasures", stdout=StringIO())
    assert erased == []


def test_a_restore_is_followed_by_the_same_erasures(
    cast: SimpleNamespace, erased: list[Any]
) -> None:
    _erase(cast, "anna")
    second = _erase(cast, "ben")
    _restore_from_before([second.number])
    out = StringIO()
    call_command("replay_erasures", "--restored", "--json", stdout=out)
    said = {"known": 2, "replayed": 1, "rows": 2, "keys": 0, "waiting": 0}
    assert json.loads(out.getvalue()) == said
    [(store, keys, digests, details)] = erased
    assert (store, details) == (cast.lanting.pk, {"review": 7})
    assert keys == [str(key) for key in second.keys]
    assert digests == [review_keys.shopper_digest("ben")]
    assert Erasure.objects.count() == 2
    assert AuditEntry.objects.filter(action="erasure.replay").count() == 1


def test_a_key_that_an_old_copy_of_the_store_brought_back_goes_again(
    cast: SimpleNamespace,
) -> None:
    erasure = _erase(cast, "anna")
    seal_text(text="x", row=RowIdentity(1, "review", "1/a"), key=erasure.keys[0])
    assert key_ring().store.count() == 1
    call_command("replay_erasures", "--restored", stdout=StringIO())
    assert key_ring().store.count() == 0


def test_who_was_erased_is_known_when_they_come_again(cast: SimpleNamespace) -> None:
    _erase(cast, "anna")
    found = review_keys.shopper_digests({"anna", "ben"}, review_keys.shopper_version())
    digests = [digest for several in found.values() for digest in several]
    known = erased_digests(store=cast.lanting.pk, kind="test person", digests=digests)
    assert known == set(found["anna"])
    assert not erased_digests(store=cast.northway.pk, kind="test person", digests=digests)


def test_the_ledger_holds_no_identifier(cast: SimpleNamespace) -> None:
    _erase(cast, "anna@mail.com")
    assert "anna" not in ledger().path.read_text()


def test_a_ledger_that_was_cut_stops_the_replay(cast: SimpleNamespace, erased: list[Any]) -> None:
    _erase(cast, "anna")
    _erase(cast, "ben")
    path = ledger().path
    path.write_text(path.read_text().splitlines(keepends=True)[0])
    with pytest.raises(CommandFailure, match="ends at line 1"):
        call_command("replay_erasures", "--restored", stdout=StringIO())
    assert erased == []


def test_a_trail_that_a_restore_shortened_is_whole_once_that_is_written_down(
    cast: SimpleNamespace,
) -> None:
    from django.db import connection

    for number in range(6):
        audit_record(actor=cast.pia, action="x", object_type="y", object_id=number)
    audit_link(wait=True)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        for table, column in (("privacy_auditlink", "number"), ("privacy_auditentry", "id")):
            cursor.execute(f"alter table {table} disable trigger all")
            cursor.execute(
                f"delete from {table} where {column} in "  # noqa: S608
                f"(select {column} from {table} order by {column} desc limit 2)"
            )
            cursor.execute(f"alter table {table} enable always trigger audit_no_change")
    assert not audit_verify().whole
    call_command("replay_erasures", "--restored", stdout=StringIO())
    audit_link(wait=True)
    verdict = audit_verify()
    assert verdict.whole, verdict.broken
    assert verdict.restores == 1


def test_a_new_key_for_ids_knows_shoppers_and_erased_people_as_before(
    cast: SimpleNamespace,
) -> None:
    _erase(cast, "ben")
    old = review_keys.shopper_digest("anna")
    shopper = Shopper.objects.create(store=cast.lanting, key_hash=old)
    lifted = shoppers_rekey(actor=None, version=2, progress=lambda *_: None)
    shopper.refresh_from_db()
    assert lifted == 1
    assert shopper.key_hash == review_keys.shopper_digest("anna") != old
    assert shopper.key_version == ErasedDigest.objects.get().key_version == 2
    ben = shopper_ids().digest("ben")
    assert erased_digests(store=cast.lanting.pk, kind="test person", digests=[ben]) == {ben}
    # Begun again, as after a kill, it does nothing more.
    assert shoppers_rekey(actor=None, version=2, progress=lambda *_: None) == 0


def test_events_are_joined_by_another_key() -> None:
    assert review_keys.joining_digest("anna") != review_keys.shopper_digest("anna")
