"""Who stores what current keys made, and who waits until all of that is stored.

A transaction that seals, or hashes identifiers, holds a shared lock to its end. A rotation that is
about to destroy old keys takes the lock for itself once: then nothing that old keys made is on its
way into a table any more.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from django.db.transaction import TransactionManagementError
from psycopg.errors import LockNotAvailable

_LOCK = 7_302_002
# Writers queue behind one who waits, so nobody waits long: again and again instead.
_WAIT_MS = 500
_PAUSE = 0.5  # seconds


def keys_in_use() -> None:
    """Hold the keys that are current now, to the end of this transaction."""
    if not connection.in_atomic_block:
        raise TransactionManagementError("keys are used inside the transaction that stores rows")
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock_shared(%s)", [_LOCK])


@contextmanager
def nobody_uses_keys(patience: float = 600.0) -> Iterator[None]:
    """A transaction during which nobody stores what keys made. Raises TimeoutError."""
    deadline = time.monotonic() + patience
    with transaction.atomic():
        while not _taken():
            if time.monotonic() > deadline:
                raise TimeoutError("writers kept the keys in use all the time")
            time.sleep(_PAUSE)
        yield


def _taken() -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"set local lock_timeout = {_WAIT_MS}")
            cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
            cursor.execute("set local lock_timeout = default")
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            return False
        raise
    return True
