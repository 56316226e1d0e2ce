"""The erasure ledger: who was erased, kept outside the database, so that a restore does not undo
it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import IdempotencyKey
from privacy import erasures, marks
from privacy.models import AuditLink, ErasedDigest, Erasure
from privacy.services.auditing import audit_record
from privacy.services.key_use import keys_in_use
from privacy.services.locking import erasing_hold, erasings_ended, replay_lock
from privacy.services.sealing import shopper_key_destroy
from privacy.vault.here import ledger, shopper_ids
from privacy.vault.ledger import LedgerBroken, Line

_PATIENCE = 60.0  # seconds a replay waits for erasures that are running


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay did: erasures in the ledger, those done again, rows and keys that went; and
    those left to whoever is just at them.
    """

    known: int
    replayed: int
    rows: int
    keys: int
    waiting: int = 0


def erasure_add(
    *,
    actor: Any,
    kind: str,
    store: int,
    keys: Sequence[UUID] = (),
    digests: Sequence[str] = (),
    details: dict[str, Any] | None = None,
) -> Erasure:
    """Write into the ledger that somebody or something is erased, and destroy its keys.

    `kind`: "shopper" or "review" (or what an app registered with `privacy.erasures`). `store`: the
    store's id. `keys`: `Shopper.uid`s, or the keys of single reviews. `digests`: keyed hashes of
    the identifiers (`reviews.keys.shopper_digest`), so that they are known when they come again.
    `details`: ids and codes that the handlers need to erase again; never a text or an identifier.

    The ledger and the keys do not go back with the transaction around it: an erasure that was
    begun is finished, by the next `erasures_replay` at the latest. Rows are the caller's to erase.
    """
    with transaction.atomic():
        erasing_hold()  # before the line is there for a replay to find
        keys_in_use()
        version = shopper_ids().version()
        line = ledger().add(
            {
                "at": timezone.now().isoformat(),
                "kind": kind,
                "store": store,
                "keys": [str(key) for key in keys],
                "digests": list(digests),
                "digest_version": version,
                "details": details or {},
                "actor": actor.get_username() if actor is not None else "system",
            }
        )
        erasure = _write(line)
        audit_record(
            actor=actor,
            action="erasure.add",
            object_type="erasure",
            object_id=line.number,
            details={"kind": kind, "store": store, "keys": len(keys), "digests": len(digests)},
        )
        if keys:
            shopper_key_destroy(actor=actor, keys=keys)
    return erasure


def erasures_replay(*, actor: Any, restored: bool = False) -> Replayed:
    """Erase again everybody the ledger knows of and the database does not; destroy their keys.

    `restored`: the database was put back from a backup; its audit trail ends earlier than it did,
    which is written down outside the database. Safe to call at any time: an erasure that is just
    running is waited for, and left alone when it takes long. Raises LedgerBroken when the ledger
    was changed or cut: nothing is done then.
    """
    # In this order: an erasure that ends in between is in the ledger, and then in the database.
    last = Erasure.objects.order_by("-number").values_list("number", flat=True).first() or 0
    lines = list(ledger().lines())
    _nothing_cut(lines, last)
    if restored:
        _restored()
    missing = _missing(lines)
    left: list[Line] = []
    if missing:
        ended = erasings_ended(_PATIENCE)
        missing = _missing(missing)
        missing, left = (missing, []) if ended else ([], missing)
    rows = sum(_replay(line) for line in missing)
    if missing:
        # They name reviews, and what they named is known no more; they live for a day only.
        rows += IdempotencyKey.objects.all().delete()[0]
    # The key store may have been put back too: all of them, not only the missing ones.
    keys = [UUID(key) for line in lines for key in line.content["keys"]]
    gone = shopper_key_destroy(actor=actor, keys=keys) if keys and (restored or missing) else 0
    if restored or missing:
        audit_record(
            actor=actor,
            action="erasure.replay",
            object_type="erasure",
            object_id=lines[-1].number if lines else 0,
            details={"again": len(missing), "rows": rows, "keys": gone, "restored": restored},
        )
    return Replayed(len(lines), len(missing), rows, gone, len(left))


def digests_lift(*, version: int) -> int:
    """Bring the digests of everybody erased to key `version`. Returns how many were behind."""
    ids = shopper_ids()
    behind = list(ErasedDigest.objects.select_for_update().filter(key_version__lt=version))
    for row in behind:
        row.digest = ids.lift(row.digest, row.key_version, version)
        row.key_version = version
    ErasedDigest.objects.bulk_update(behind, ["digest", "key_version"], batch_size=500)
    return len(behind)


def _missing(lines: list[Line]) -> list[Line]:
    numbers = [line.number for line in lines]
    known = set(Erasure.objects.filter(number__in=numbers).values_list("number", flat=True))
    return [line for line in lines if line.number not in known]


def _nothing_cut(lines: list[Line], last: int) -> None:
    if last > len(lines):
        raise LedgerBroken(
            f"{ledger().path} ends at line {len(lines)}, and the database knows of erasure {last}:"
            " put the ledger back from its own copy"
        )


def _replay(line: Line) -> int:
    """Erase again what one line says, and note it, in one transaction; once, of two replays."""
    content = line.content
    with transaction.atomic():
        replay_lock(line.number)
        if not _missing([line]):
            return 0
        keys_in_use()
        erasure = _write(line)
        digests = list(erasure.digests.values_list("digest", flat=True))
        return sum(
            handler(content["store"], content["keys"], digests, content["details"])
            for handler in erasures.handlers_of(content["kind"])
        )


def _write(line: Line) -> Erasure:
    content = line.content
    erasure = Erasure.objects.create(
        number=line.number,
        at=datetime.fromisoformat(content["at"]),
        kind=content["kind"],
        store=content["store"],
        keys=[UUID(key) for key in content["keys"]],
        details=content["details"],
        actor_name=content["actor"],
    )
    ids = shopper_ids()
    version = ids.version()
    ErasedDigest.objects.bulk_create(
        ErasedDigest(
            erasure=erasure,
            store=content["store"],
            kind=content["kind"],
            digest=ids.lift(digest, content["digest_version"], version),
            key_version=version,
        )
        for digest in content["digests"]
    )
    return erasure


def _restored() -> None:
    last = AuditLink.objects.order_by("-number").values_list("number", "mac").first()
    number, head = last or (0, "")
    marks.head_add(number, head, restored=True)
    marks.mark_reset(number, head)
