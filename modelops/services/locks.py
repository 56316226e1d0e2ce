from __future__ import annotations

from django.db import connection


def one_at_a_time(name: str) -> None:
    """Wait for every other transaction that called this with `name`; held until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
