from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_CLASS = 7_302_040  # in the first number of the lock; the second is the project


@contextmanager
def alone_with(project_id: int) -> Iterator[bool]:
    """Whether nobody else exchanges with this project now; nobody does until the block ends.

    Held by the connection, as no transaction may be open while another program is asked.
    """
    key = [_CLASS, project_id & 0x7FFFFFFF]
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, %s)", key)
        held = bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        if held:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s, %s)", key)
