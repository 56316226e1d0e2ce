"""What a shopper said no to holds for what they write later."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

_APPLY = """
update reviews_review r set
    restricted = r.restricted or h.restricted,
    objected = array(select distinct unnest(r.objected || h.objected) order by 1)
from reviews_shopper h
where h.id = r.shopper_id and r.id = any(%s) and (h.restricted or h.objected <> '{}')
"""


def wishes_apply(*, review_ids: Sequence[int]) -> int:
    """Bring the wishes of the shoppers onto these reviews, in the transaction that stores them."""
    if not review_ids:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_APPLY, [list(review_ids)])
        return int(cursor.rowcount)
