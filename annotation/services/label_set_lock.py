"""Answers are stored, or the sets are changed, never both at once.

Take the lock before any row is locked: whoever changes a set touches rows of many others.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.utils.translation import gettext as _

from annotation.label_set_plan import BadChange

_NAME = "annotation.label_sets"
_ONE = "annotation.label_sets.one_change"


def sets_hold() -> None:
    """The choices stay as they are until this transaction ends. Many may hold them so."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [_NAME])


def sets_change() -> None:
    """Wait until nobody stores answers; nobody begins to before this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [_NAME])


@contextmanager
def one_change() -> Iterator[None]:
    """For as long as a change is made, from its first preparations on, over several transactions;
    gone with its process. Raises BadChange while somebody else makes one."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(hashtextextended(%s, 0))", [_ONE])
        if not cursor.fetchone()[0]:
            raise BadChange(
                "question", _("Another change is being made. Wait for it, then look again.")
            )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", [_ONE])
