"""New keys for old, while everything goes on being read and written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from common.models import Job
from common.services import job_create
from privacy import sealed
from privacy.sealed import SealedColumn, SealedRow
from privacy.selectors.keys import ROTATE, last_rotation, rotation_runs
from privacy.services.auditing import audit_record
from privacy.services.key_use import nobody_uses_keys
from privacy.services.sealing import sealed_key
from privacy.vault.cipher import head_of
from privacy.vault.errors import KeyGone, KeyTooOld, SealBroken, VaultError
from privacy.vault.here import key_ring
from privacy.vault.ring import Plain

_AT_ONCE = 1000  # rows or keys in one step
_MOST_NAMED = 20
_SAMPLE = 100  # rows whose keys are looked for before anything is destroyed

Progress = Callable[[str, int, int], None]


class KeysLost(VaultError):
    """A key is missing that was not destroyed: no time to destroy more."""


class RotationRuns(Exception):
    """Two rotations at once would destroy each other's keys."""


@dataclass(frozen=True, slots=True)
class Targets:
    """Versions a rotation leads to. `generation`: of the data keys; None leaves them, and only
    wraps them anew.
    """

    master: int
    generation: int | None

    def as_dict(self) -> dict[str, int | None]:
        return {"master": self.master, "generation": self.generation}


@dataclass
class Rotated:
    """What a rotation did. `broken`: rows, by name, that were sealed but tampered with."""

    rows: int = 0
    cleared: int = 0
    keys_wrapped: int = 0
    keys_destroyed: int = 0
    broken: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        named = {"broken": self.broken[:_MOST_NAMED], "broken_rows": len(self.broken)}
        return {
            "rows": self.rows,
            "cleared": self.cleared,
            "keys_wrapped": self.keys_wrapped,
            "keys_destroyed": self.keys_destroyed,
            **named,
        }


def rotation_targets(*, reencrypt: bool) -> Targets:
    """Where a rotation that begins now leads. To be kept: begun again it leads there too."""
    ring = key_ring()
    generation = ring.store.generation() + 1 if reencrypt else None
    return Targets(ring.masters.current() + 1, generation)


def rotation_request(*, actor: Any, reencrypt: bool) -> Job:
    """Write a rotation down; the caller wakes a worker. Raises RotationRuns."""
    if rotation_runs():
        raise RotationRuns("a rotation of keys is waiting or running already")
    arguments = {"reencrypt": reencrypt}
    return job_create(actor=actor, kind=ROTATE, arguments=arguments, max_attempts=20)


def rotation_request_due() -> Job | None:
    """A rotation, when the last one is as long ago as the settings say; else None."""
    days = settings.VERBATIM_KEY_ROTATION_DAYS
    last = last_rotation()
    if not days or rotation_runs() or not key_ring().store.count():
        return None
    if last is not None and timezone.now() - last < timedelta(days=days):
        return None
    return rotation_request(actor=None, reencrypt=False)


def keys_rotate(*, actor: Any, targets: Targets, progress: Progress) -> Rotated:
    """Make new keys, seal and wrap with them all that old ones hold, and destroy the old ones.

    Safe to begin again with the same targets. Nobody has to stop: rows that are written meanwhile
    are sealed by new keys, and a reader who meets a destroyed one reads the row again. Raises
    TimeoutError when writers never let go; KeysLost; KeyStoreUnavailable.
    """
    ring, done = key_ring(), Rotated()
    _keys_are_here()
    ring.masters.rotate_to(targets.master)
    if targets.generation is not None:
        _seal_anew(targets.generation, done, progress)
    _wrap_anew(targets.master, done, progress)
    audit_record(
        actor=actor,
        action="keys.rotate",
        object_type="master_key",
        object_id=targets.master,
        details={**targets.as_dict(), **done.as_dict()},
    )
    return done


def _keys_are_here() -> None:
    """Raises KeysLost when the newest sealed rows have no key.

    Then it is another store, or an empty one, and what the right one holds could not be unwrapped
    after this.
    """
    store = key_ring().store
    for column in sealed.columns():
        heads = [head_of(blob) for blob in column.newest(_SAMPLE)]
        there = store.find((head.key, head.version) for head in heads)
        gone = store.destroyed(head.key for head in heads)
        if heads and not there and any(head.key not in gone for head in heads):
            raise KeysLost(
                f"the key store has no key for the newest rows of {column.name}: put it back from"
                " its copy; nothing was destroyed"
            )


def _seal_anew(generation: int, done: Rotated, progress: Progress) -> None:
    store = key_ring().store
    store.raise_generation(generation)
    columns = sealed.columns()
    total = sum(column.below(generation).count() for column in columns)
    for column in columns:
        _column_seal(column, generation, done, lambda: progress("sealing anew", done.rows, total))
    with nobody_uses_keys():
        # What was sealed by a transaction that began before the new keys were there.
        for column in columns:
            _column_seal(column, generation, done, lambda: None)
        done.keys_destroyed += store.destroy_below(generation)


def _column_seal(
    column: SealedColumn, generation: int, done: Rotated, told: Callable[[], None]
) -> None:
    after = 0
    while rows := column.some_below(generation, after, _AT_ONCE):
        after = rows[-1].pk
        good, plain = _opened(column, rows, done)
        if good:
            items = [
                Plain(content, key, row.row)
                for row, (key, content) in zip(good, plain, strict=True)
            ]
            version, blobs = key_ring().seal(items)
            done.rows += column.replace(good, blobs, version)
        told()


def _opened(
    column: SealedColumn, rows: list[SealedRow], done: Rotated
) -> tuple[list[SealedRow], list[tuple[Any, bytes]]]:
    """The rows that open, with key and content; those that never will are cleared or named."""
    ring = key_ring()
    try:
        plain = ring.open([(row.blob, row.row) for row in rows])
        return rows, [
            (sealed_key(row.blob), content) for row, content in zip(rows, plain, strict=True)
        ]
    except (KeyGone, SealBroken):
        pass  # one of them; find out which
    good, found = [], []
    for row in rows:
        try:
            [content] = ring.open([(row.blob, row.row)])
        except (KeyTooOld, SealBroken):
            # The former was named as broken by the rotation that went past it.
            name = f"{column.name} {row.pk}"
            if name not in done.broken:
                done.broken.append(name)
        except KeyGone:
            if not ring.store.destroyed([sealed_key(row.blob)]):
                raise KeysLost(
                    f"the key of {column.name} {row.pk} is not in the key store, and nobody"
                    " destroyed it: put the key store back from its copy; nothing was destroyed"
                ) from None
            done.cleared += column.clear([row])
        else:
            good.append(row)
            found.append((sealed_key(row.blob), content))
    return good, found


def _wrap_anew(master: int, done: Rotated, progress: Progress) -> None:
    ring = key_ring()
    total = ring.store.count()
    while True:
        while found := ring.rewrap_some(_AT_ONCE):
            done.keys_wrapped += found
            progress("wrapping keys", min(done.keys_wrapped, total), total)
        if ring.destroy_masters_below(master):
            return
