"""What a shopper said no to holds for what they write later."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

# In the order of the index of such shoppers alone: or all are read to find none.
_ANY = """
select 1 from reviews_shopper
where restricted or not objected = '{}' order by store_id limit 1
"""
# From these reviews to their shoppers, never over all shoppers, whatever the planner knows of a
# table that grows under it.
_APPLY = """
update reviews_review r set
    restricted = r.restricted or h.restricted,
    objected = array(select distinct unnest(r.objected || h.objected) order by 1)
from (
    select w.id, h.restricted, h.objected
    from unnest(%s::bigint[]) as t(id)
    cross join lateral (select id, shopper_id from reviews_review where id = t.id offset 0) w
    cross join lateral (
        select restricted, objected from reviews_shopper where id = w.shopper_id offset 0
    ) h
    where h.restricted or h.objected <> '{}'
) h
where r.id = h.id
"""


def wishes_apply(*, review_ids: Sequence[int]) -> int:
    """Bring the wishes of the shoppers onto these reviews, in the transaction that stores them."""
    if not review_ids:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_ANY)
        if cursor.fetchone() is None:
            return 0
        cursor.execute(_APPLY, [list(review_ids)])
        return int(cursor.rowcount)
