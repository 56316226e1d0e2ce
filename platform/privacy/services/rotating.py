"""New keys for old, while everything goes on being read and written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from common.models import Job
from common.services import job_create
from privacy import sealed
from privacy.selectors.keys import ROTATE, last_rotation, rotation_runs
from privacy.services.auditing import audit_record
from privacy.services.resealing import KeysLost, Progress, Rotated, all_seal_anew
from privacy.vault.cipher import head_of
from privacy.vault.here import key_ring

_AT_ONCE = 1000  # keys in one step
_SAMPLE = 100  # rows whose keys are looked for before anything is destroyed


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

    Safe to begin again with the same targets, and to be killed anywhere: an old key goes when what
    it sealed is stored under a new one, and committed. Nobody has to stop: rows that are written
    meanwhile are sealed by new keys, and a reader who meets a destroyed one reads the row again.
    Not to be called inside a transaction (TransactionManagementError). Raises TimeoutError when
    writers never let go; KeysLost; OldSealsLeft; KeyStoreUnavailable.
    """
    if connection.in_atomic_block:
        raise TransactionManagementError("a rotation commits as it goes: no transaction around it")
    ring, done = key_ring(), Rotated()
    _keys_are_here()
    ring.masters.rotate_to(targets.master)
    if targets.generation is not None:
        all_seal_anew(actor, targets.generation, done, progress)
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


def _wrap_anew(master: int, done: Rotated, progress: Progress) -> None:
    ring = key_ring()
    total = ring.store.count()
    while True:
        while found := ring.rewrap_some(_AT_ONCE):
            done.keys_wrapped += found
            progress("wrapping keys", min(done.keys_wrapped, total), total)
        if ring.destroy_masters_below(master):
            return
