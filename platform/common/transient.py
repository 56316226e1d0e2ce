"""Errors of the database that pass by themselves, and trying again after one."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

import psycopg
from django.db import Error, InterfaceError, connection

log = logging.getLogger("verbatim.database")

PAUSES = (0.1, 0.5, 2.0, 5.0, 10.0)  # seconds between two tries
# PostgreSQL, appendix A: of the class of connections, and one by one.
_CLASSES = ("08",)
_STATES = {
    "40001",  # serialization failure
    "40P01",  # deadlock
    "53300",  # too many connections
    "55P03",  # lock timeout
    "57014",  # statement timeout
    "57P01",  # the server is shut down
    "57P02",  # the server crashed
    "57P03",  # the server starts
}
T = TypeVar("T")


def is_transient(error: BaseException) -> bool:
    """Whether the same work may well succeed a little later: what failed was not the work."""
    cause = error.__cause__ if isinstance(error, Error) else error
    if not isinstance(cause, psycopg.Error):
        return isinstance(error, InterfaceError)
    if cause.sqlstate is None:
        # Said by the driver, not by the server: it lost the connection or got none.
        return isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError)
    return cause.sqlstate in _STATES or cause.sqlstate.startswith(_CLASSES)


def patiently(work: Callable[[], T], pauses: tuple[float, ...] | None = None) -> T:
    """What `work` returns, which is tried again after a transient error, on a new connection.

    `work` is whole transactions and may be done twice. Inside a transaction nothing is tried
    again: what came before in it is lost. Raises the last error.
    """
    for pause in PAUSES if pauses is None else pauses:
        try:
            return work()
        except (Error, psycopg.Error) as error:  # a COPY raises the driver's own
            if connection.in_atomic_block or not is_transient(error):
                raise
            log.warning("%s: tried again in %s s", type(error.__cause__ or error).__name__, pause)
        connection.close_if_unusable_or_obsolete()
        time.sleep(pause)
    return work()
