"""Counting requests. In PostgreSQL, so that a limit holds over all web processes and machines.

The broker may be RabbitMQ, and a broker that is down must not take the API with it; the database
has to answer for any request to succeed at all. One row for each key or person, for ever.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

# The clock is the database's: web processes on several machines agree on the window.
_COUNT = """
insert into accounts_ratecount as mine (principal, started, requests)
values (%(principal)s,
        floor(extract(epoch from clock_timestamp()) / %(seconds)s)::bigint * %(seconds)s, 1)
on conflict (principal) do update set
    requests = case when mine.started = excluded.started then mine.requests + 1 else 1 end,
    started = excluded.started
returning requests, started + %(seconds)s - extract(epoch from clock_timestamp())
"""


@dataclass(frozen=True, slots=True)
class RateState:
    """Where a principal stands in its window: `quota` requests in `seconds`."""

    quota: int
    seconds: int
    used: int
    seconds_left: int

    @property
    def remaining(self) -> int:
        return max(0, self.quota - self.used)

    @property
    def exceeded(self) -> bool:
        return self.used > self.quota


def rate_count(*, principal: str, quota: int, seconds: int) -> RateState:
    """Count one more request of `principal` in the window that runs now."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"principal": principal, "seconds": seconds})
        used, left = cursor.fetchone()
    return RateState(quota, seconds, used, min(seconds, max(1, int(left) + 1)))
