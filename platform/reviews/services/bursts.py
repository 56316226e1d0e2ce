"""Bursts: days on which a product got far more reviews than on the days around.

A campaign, a sale or a bought batch of reviews looks like this; the mark says where to look, and
takes nothing out of any figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from statistics import median
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from reviews.cleaning.catalogue import BURSTS

WINDOW = 28  # days before and after that a day is compared with
LEAST_DAYS = 14  # of them; a product that is younger has no usual day yet
LEAST_REVIEWS = 8  # on the day; fewer are no burst however quiet the product is
_SPREADS = 6  # robust standard deviations above the median
_MAD_TO_SD = 1.4826  # median absolute deviation to standard deviation, for a normal distribution
_CHUNK = 500  # products


def burst_days(counts: Mapping[date, int]) -> set[date]:
    """The days of `counts` (reviews of one product by day) that are bursts.

    A day is compared with the `WINDOW` days on either side, days without a review included, from
    the product's first to its last. Median and median absolute deviation are used, since other
    bursts in the window must not hide this one (Iglewicz and Hoaglin, "How to Detect and Handle
    Outliers", 1993); the spread is at least that of a Poisson count.
    """
    if not counts:
        return set()
    first, last = min(counts), max(counts)
    found = set()
    for day, n in counts.items():
        if n < LEAST_REVIEWS:
            continue
        begin, end = max(first, day - timedelta(WINDOW)), min(last, day + timedelta(WINDOW))
        around = [
            counts.get(begin + timedelta(step), 0)
            for step in range((end - begin).days + 1)
            if begin + timedelta(step) != day
        ]
        if len(around) < LEAST_DAYS:
            continue
        usual = median(around)
        spread = _MAD_TO_SD * median(abs(count - usual) for count in around)
        if n > usual + _SPREADS * max(spread, usual**0.5, 1.0):
            found.add(day)
    return found


def bursts_mark(*, actor: Any, product_ids: Sequence[int]) -> int:
    """Mark the reviews of these products that were written in a burst, and unmark the others.

    Days are those of the time zone of the figures. Near-duplicates count: a bought batch often
    repeats itself. Sources that have the rule switched off are left alone. Returns the reviews
    whose mark changed.
    """
    changed = 0
    for start in range(0, len(product_ids), _CHUNK):
        changed += _mark(list(product_ids[start : start + _CHUNK]))
    return changed


_COUNTS = """
select r.product_id, (r.posted_at at time zone %(zone)s)::date, count(*)
from reviews_review r join reviews_source s on s.id = r.source_id
where r.product_id = any(%(products)s) and r.posted_at is not null and r.channel = 'review'
      and not s.rules_off @> array[%(rule)s]::varchar[]
group by 1, 2
"""
_WRITE = """
update reviews_review r set burst = wanted.burst
from (
    select r.id, b.day is not null and not s.rules_off @> array[%(rule)s]::varchar[] as burst
    from reviews_review r join reviews_source s on s.id = r.source_id
    left join unnest(%(burst_products)s::bigint[], %(burst_days)s::date[]) as b(product, day)
        on b.product = r.product_id and b.day = (r.posted_at at time zone %(zone)s)::date
           and r.channel = 'review'
    where r.product_id = any(%(products)s)
) wanted
where r.id = wanted.id and r.burst <> wanted.burst
"""


@transaction.atomic
def _mark(products: list[int]) -> int:
    values: dict[str, Any] = {"zone": settings.TIME_ZONE, "products": products, "rule": BURSTS}
    by_product: dict[int, dict[date, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, values)
        for product, day, n in cursor.fetchall():
            by_product[product][day] = n
        found = [
            (product, day) for product, counts in by_product.items() for day in burst_days(counts)
        ]
        values["burst_products"] = [product for product, _ in found]
        values["burst_days"] = [day for _, day in found]
        cursor.execute(_WRITE, values)
        return int(cursor.rowcount)
