"""Sealing every text anew, so that old keys can go: first committed, then looked at, then gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from privacy import sealed
from privacy.sealed import SealedColumn, SealedRow
from privacy.services.auditing import audit_record
from privacy.services.key_use import nobody_uses_keys
from privacy.services.sealing import sealed_key
from privacy.vault.cipher import head_of
from privacy.vault.errors import KeyGone, KeyTooOld, SealBroken, VaultError, WrapBroken
from privacy.vault.here import key_ring
from privacy.vault.ring import Plain

_AT_ONCE = 1000  # rows in one transaction
_ROUNDS = 5  # looks through everything, before it is given up
_MOST_NAMED = 20

Progress = Callable[[str, int, int], None]


class KeysLost(VaultError):
    """A key is missing that was not destroyed: no time to destroy more."""


class OldSealsLeft(VaultError):
    """Rows came back under old keys again and again; nothing was destroyed."""


@dataclass
class Rotated:
    """What a rotation did. `broken`: rows, by name, that were sealed but tampered with."""

    rows: int = 0
    cleared: int = 0
    keys_wrapped: int = 0
    keys_destroyed: int = 0
    broken: dict[str, None] = field(default_factory=dict)  # a set that keeps its order

    def as_dict(self) -> dict[str, Any]:
        named = {"broken": list(self.broken)[:_MOST_NAMED], "broken_rows": len(self.broken)}
        return {
            "rows": self.rows,
            "cleared": self.cleared,
            "keys_wrapped": self.keys_wrapped,
            "keys_destroyed": self.keys_destroyed,
            **named,
        }


def all_seal_anew(actor: Any, generation: int, done: Rotated, progress: Progress) -> None:
    """Seal what keys of older generations sealed with new ones, then destroy the older ones.

    Every bunch of rows is committed before the next, and keys go only when a look at what is
    committed finds no row that needs them, while nobody is storing any. So whatever is killed
    where, each stored text has its key. Raises TimeoutError, KeysLost, OldSealsLeft: no key was
    destroyed.
    """
    store = key_ring().store
    store.raise_generation(generation)
    with nobody_uses_keys():
        pass  # what was sealed by older keys is stored now, or never will be
    columns = sealed.columns()
    total = sum(column.below(generation).count() for column in columns)
    for column in columns:
        _column_seal(column, generation, done, lambda: progress("sealing anew", done.rows, total))
    for _ in range(_ROUNDS):
        if not _strays_seal(generation, done) and _destroyed(actor, generation, done):
            return
    raise OldSealsLeft(
        "rows under old keys came back while they were sealed anew; nothing was destroyed, rotate"
        " again"
    )


def _strays_seal(generation: int, done: Rotated) -> bool:
    """Look at the bytes of every row, not only at the version beside them; whether any was left."""
    before = (done.rows, done.cleared, len(done.broken))
    for column in sealed.columns():
        _column_seal(column, generation, done, lambda: None, by_blob=True)
    return before != (done.rows, done.cleared, len(done.broken))


def _destroyed(actor: Any, generation: int, done: Rotated) -> bool:
    """Destroy the older keys; False, and nothing done, when a committed row still names one."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        # Written through to the disk, and all that was committed before with it: keys are
        # destroyed on the disk, and a crash must not bring back rows that need them.
        cursor.execute("set local synchronous_commit = on")
        audit_record(
            actor=actor,
            action="keys.seal",
            object_type="key",
            object_id=generation,
            details={"rows": done.rows, "cleared": done.cleared, "broken": len(done.broken)},
        )
    with nobody_uses_keys():
        for column in sealed.columns():
            left = column.below(generation).order_by().values_list("pk", flat=True)
            if any(f"{column.name} {pk}" not in done.broken for pk in left):
                return False
        done.keys_destroyed += key_ring().store.destroy_below(generation)
    return True


def _column_seal(
    column: SealedColumn,
    generation: int,
    done: Rotated,
    told: Callable[[], None],
    *,
    by_blob: bool = False,
) -> None:
    after = 0
    while rows := column.some_below(generation, after, _AT_ONCE, by_blob=by_blob):
        after = rows[-1].pk
        with transaction.atomic(durable=True):
            good, plain = _opened(column, rows, done)
            if good:
                version, kept = _anew(good, plain)
                done.rows += column.replace(list(kept), list(kept.values()), version)
        told()


def _anew(rows: list[SealedRow], plain: list[bytes]) -> tuple[int, dict[SealedRow, bytes]]:
    """What `rows` hold sealed with the newest keys, without the rows whose key went meanwhile.

    Sealing makes a key that is not there, also one that was destroyed after the row was opened;
    then it goes again, and the row is cleared when it is looked at next. One that is destroyed
    later takes along what is sealed here.
    """
    ring = key_ring()
    items = [
        Plain(content, sealed_key(row.blob), row.row)
        for row, content in zip(rows, plain, strict=True)
    ]
    version, blobs = ring.seal(items)
    names = {
        row: (item.key, head_of(row.blob).version) for row, item in zip(rows, items, strict=True)
    }
    there = ring.store.find(names.values())
    gone = {name[0] for name in names.values() if name not in there}
    if again := ring.store.destroyed(sorted(gone)):
        ring.store.destroy(sorted(again))
    return version, {
        row: blob for row, blob in zip(rows, blobs, strict=True) if names[row] in there
    }


def _opened(
    column: SealedColumn, rows: list[SealedRow], done: Rotated
) -> tuple[list[SealedRow], list[bytes]]:
    """The rows that open, with what they hold; those that never will are cleared or named."""
    try:
        return rows, key_ring().open([(row.blob, row.row) for row in rows])
    except (KeyGone, SealBroken):
        pass  # one of them; find out which
    good, found = [], []
    for row in rows:
        content = _one_opened(column, row, done)
        if content is not None:
            good.append(row)
            found.append(content)
    return good, found


def _one_opened(column: SealedColumn, row: SealedRow, done: Rotated) -> bytes | None:
    """What the row holds; None when it was cleared, or named as broken. Raises KeysLost."""
    ring, name = key_ring(), f"{column.name} {row.pk}"
    try:
        [content] = ring.open([(row.blob, row.row)])
    except KeyTooOld as error:
        # Below the minimum: named as broken by the rotation that went past it. Else it is the
        # master key that is not here, and the row may be sound.
        if head_of(row.blob).version >= ring.store.minimum():
            raise KeysLost(_lost(f"the master key of {name} is not here")) from error
    except WrapBroken as error:
        raise KeysLost(_lost(f"the key of {name} does not unwrap")) from error
    except SealBroken:
        pass
    except KeyGone:
        if not ring.store.destroyed([sealed_key(row.blob)]):
            raise KeysLost(
                _lost(f"the key of {name} is not in the key store, and nobody destroyed it")
            ) from None
        done.cleared += column.clear(row)
        return None
    else:
        return content
    done.broken[name] = None
    return None


def _lost(what: str) -> str:
    return f"{what}: put key store and master keys back from their copies; nothing was destroyed"
