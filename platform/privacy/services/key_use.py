"""Who stores what current keys made, and who waits until all of that is stored.

A transaction that seals, or hashes identifiers, holds a shared lock to its end. A rotation that is
about to destroy old keys takes the lock for itself once: then nothing that old keys made is on its
way into a table any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from privacy.services.locking import lock_alone, lock_share

_LOCK = 7_302_002


def keys_in_use() -> None:
    """Hold the keys that are current now, to the end of this transaction."""
    if not connection.in_atomic_block:
        raise TransactionManagementError("keys are used inside the transaction that stores rows")
    lock_share(_LOCK)


@contextmanager
def nobody_uses_keys(patience: float = 600.0) -> Iterator[None]:
    """A transaction during which nobody stores what keys made. Raises TimeoutError."""
    with transaction.atomic():
        if not lock_alone(_LOCK, patience):
            raise TimeoutError("writers kept the keys in use all the time")
        yield
