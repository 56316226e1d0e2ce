from __future__ import annotations

import time

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

_STORE = 7_302_100
_ERASING = 7_302_003
_REPLAY = 7_302_101
# Whoever shares a lock queues behind one who waits for it alone, so nobody waits long: again and
# again instead.
_WAIT_MS = 500
_PAUSE = 0.5  # seconds


def store_lock(store: int, *, alone: bool) -> None:
    """Hold the lock of a store (its id) to the end of the transaction.

    Whoever stores reviews shares it, an erasure is alone: so no review comes in between the look
    at who was erased and the storing.
    """
    function = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"select {function}(%s, %s)", [_STORE, store % (1 << 31)])


def erasing_hold() -> None:
    """Say, to the end of the transaction, that its erasures are not to be done again."""
    lock_share(_ERASING)


def erasings_ended(patience: float) -> bool:
    """Whether every erasure that had begun is over, stored or not, within `patience` seconds."""
    with transaction.atomic():
        return lock_alone(_ERASING, patience)


def replay_lock(number: int) -> None:
    """Hold a line of the ledger to the end of the transaction: one at a time does it again."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [_REPLAY, number % (1 << 31)])


def lock_share(lock: int) -> None:
    """Hold `lock` with others, to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock_shared(%s)", [lock])


def lock_alone(lock: int, patience: float) -> bool:
    """Hold `lock` alone, to the end of the transaction; False when others kept it all the time."""
    deadline = time.monotonic() + patience
    while not _taken(lock):
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE)
    return True


def _taken(lock: int) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"set local lock_timeout = {_WAIT_MS}")
            cursor.execute("select pg_advisory_xact_lock(%s)", [lock])
            cursor.execute("set local lock_timeout = default")
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            return False
        raise
    return True
