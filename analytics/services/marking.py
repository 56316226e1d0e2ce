"""Marking cells as dirty, in the transaction that changes their raw rows."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import connection, transaction

_DAYS = """
insert into analytics_dirtyday (day, category_id, language, channel, store_id)
select distinct (r.posted_at at time zone %(zone)s)::date, p.category_id, r.language, r.channel,
    r.store_id
from {reviews} r left join reviews_product p on p.id = r.product_id
"""
_MONTHS = """
insert into analytics_dirtymonth (month, product_id, language, channel, store_id)
select distinct date_trunc('month', r.posted_at at time zone %(zone)s)::date, r.product_id,
    r.language, r.channel, r.store_id
from {reviews} r
"""
# A near-duplicate counts or not with the review it repeats, so its cells change along. One look
# into an index for each id, whatever the planner makes of a table that grows under it.
_TOUCHED = """
with touched as materialized (
    select r.* from unnest(%(ids)s::bigint[]) as t(id) cross join lateral (
        select posted_at, product_id, language, channel, store_id
        from reviews_review where id = t.id offset 0
    ) r
    union all
    select r.* from unnest(%(repeated)s::bigint[]) as t(id) cross join lateral (
        select posted_at, product_id, language, channel, store_id
        from reviews_review where duplicate_of_id = t.id offset 0
    ) r
), days as ("""
_TOUCHED += _DAYS.format(reviews="touched") + ")" + _MONTHS.format(reviews="touched")
# A cell whose reviews are all gone would be found in no raw row.
_DAYS_OF_CELLS = """
insert into analytics_dirtyday (day, category_id, language, channel, store_id)
select distinct day, category_id, language, channel, store_id from analytics_daycell
"""
_MONTHS_OF_CELLS = """
insert into analytics_dirtymonth (month, product_id, language, channel, store_id)
select distinct month, product_id, language, channel, store_id from analytics_monthcell
"""

# Whoever adds up cells, or marks them all for another model, holds this lock of the database to
# the end of the transaction; writers of reviews and predictions never wait for it.
ROLLUP_LOCK = (0x5645, 1)


def rollups_lock(*, wait: bool = True) -> bool:
    """Take the lock; without `wait`, only if nobody holds it. Returns whether it is ours."""
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("select pg_advisory_xact_lock(%s, %s)", ROLLUP_LOCK)
            return True
        cursor.execute("select pg_try_advisory_xact_lock(%s, %s)", ROLLUP_LOCK)
        return bool(cursor.fetchone()[0])


def cells_mark(*, review_ids: Sequence[int], created: Sequence[int] = ()) -> None:
    """Mark the cells in which these reviews stand now. Call it inside the changing transaction.

    Before a change it marks the cells they leave, after it those they come to. `created`: those
    that are new, so that no other repeats them yet.
    """
    if not review_ids:
        return
    ids, new = list(review_ids), set(created)
    repeated = [one for one in ids if one not in new]
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, {"zone": settings.TIME_ZONE, "ids": ids, "repeated": repeated})


def cells_mark_counted() -> None:
    """Mark every cell that was added up, for another set of the same answers. Call it inside the
    changing transaction, which holds the lock."""
    with connection.cursor() as cursor:
        cursor.execute(_DAYS_OF_CELLS)
        cursor.execute(_MONTHS_OF_CELLS)


@transaction.atomic
def cells_mark_all() -> None:
    """Mark every cell: another model version is the champion now.

    The lock makes sure that nobody adds up a cell for the old champion in between, whose mark
    would then be gone.
    """
    rollups_lock()
    with connection.cursor() as cursor:
        for statement in (_DAYS, _MONTHS):
            every = statement.format(reviews="reviews_review")
            cursor.execute(every, {"zone": settings.TIME_ZONE})
        cursor.execute(_DAYS_OF_CELLS)
        cursor.execute(_MONTHS_OF_CELLS)
