"""Answers are stored, or the sets are changed, never both at once.

Take the lock before any row is locked: whoever changes a set touches rows of many others.
"""

from __future__ import annotations

from django.db import connection

_NAME = "annotation.label_sets"


def sets_hold() -> None:
    """The choices stay as they are until this transaction ends. Many may hold them so."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [_NAME])


def sets_change() -> None:
    """Wait until nobody stores answers; nobody begins to before this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [_NAME])
