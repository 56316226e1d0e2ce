from __future__ import annotations

from django.db import connection

_LOCK = 7_302_100


def store_lock(store: int, *, alone: bool) -> None:
    """Hold the lock of a store (its id) to the end of the transaction.

    Whoever stores reviews shares it, an erasure is alone: so no review comes in between the look
    at who was erased and the storing.
    """
    function = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"select {function}(%s, %s)", [_LOCK, store % (1 << 31)])
