"""COPY into a staging table, then one upsert: the fast way in, and the only one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

_STAGING = """
create temporary table if not exists staged_review (
    place integer, external_id text, product_external_id text, product_name text, brand text,
    category text, variant text, shopper_hash text, posted_at timestamptz, stars smallint,
    channel text, language text, variety text, left_out text, incentivised boolean,
    low_information boolean, follow_up boolean, content_hash text,
    redacted text, text_hash text, placeholders smallint, search tsvector
) on commit delete rows
"""
_COLUMNS = (
    "place, external_id, product_external_id, product_name, brand, category, variant, "
    "shopper_hash, posted_at, stars, channel, language, variety, left_out, incentivised, "
    "low_information, follow_up, content_hash, redacted, text_hash, placeholders, search"
)

_CATEGORIES = """
insert into reviews_category (key, name_en, name_zh)
select distinct category, category, category from staged_review where category <> ''
on conflict (key) do nothing
"""

# A product made by an import holds what the file says of it; one that a person entered stays.
_PRODUCTS = """
insert into reviews_product
    (store_id, external_id, name_en, name_zh, brand, category_id, variant, from_import, created_at)
select distinct on (product_external_id)
    %(store)s, product_external_id,
    case when product_name ~ '[一-鿿]' then '' else product_name end,
    case when product_name ~ '[一-鿿]' then product_name else '' end,
    brand, c.id, '', true, now()
from staged_review s left join reviews_category c on c.key = s.category
where product_external_id <> ''
order by product_external_id, place
on conflict (store_id, external_id) do nothing
"""

_SHOPPERS = """
insert into reviews_shopper (store_id, key_hash, key_version)
select distinct %(store)s, shopper_hash, %(key_version)s from staged_review
where shopper_hash <> ''
on conflict (store_id, key_hash) do nothing
"""

_REVIEWS = """
insert into reviews_review
    (store_id, source_id, external_id, product_id, shopper_id, channel, stars, language,
     variety, posted_at, created_at, updated_at, content_hash, left_out, incentivised,
     low_information, follow_up, legal_basis, purposes)
select %(store)s, %(source)s, s.external_id, p.id, h.id, s.channel, s.stars, s.language,
       s.variety,
       s.posted_at, now(), now(), s.content_hash, s.left_out, s.incentivised,
       s.low_information, s.follow_up,
       'legitimate_interest', %(purposes)s
from staged_review s
left join reviews_product p on p.store_id = %(store)s and p.external_id = s.product_external_id
left join reviews_shopper h on h.store_id = %(store)s and h.key_hash = s.shopper_hash
on conflict (source_id, external_id) do update set
    product_id = excluded.product_id, shopper_id = excluded.shopper_id,
    channel = excluded.channel, stars = excluded.stars, language = excluded.language,
    variety = excluded.variety, low_information = excluded.low_information,
    follow_up = excluded.follow_up,
    posted_at = excluded.posted_at, updated_at = now(), content_hash = excluded.content_hash,
    left_out = excluded.left_out, incentivised = excluded.incentivised
where reviews_review.content_hash is distinct from excluded.content_hash
returning id, external_id, (xmax = 0) as created
"""

# Only a changed text makes a revision; a changed star or date does not.
_REVISIONS = """
with changed as (
    select s.*, r.id as review_id, old.id as old_id, coalesce(old.number, 0) as old_number
    from staged_review s
    join reviews_review r on r.source_id = %(source)s and r.external_id = s.external_id
    left join reviews_textrevision old on old.review_id = r.id and old.is_current
    where r.id = any(%(ids)s) and old.text_hash is distinct from s.text_hash
), retired as (
    update reviews_textrevision set is_current = false
    where id in (select old_id from changed where old_id is not null)
    returning id
)
select changed.review_id, changed.old_number + 1, changed.redacted, changed.text_hash,
       changed.placeholders, changed.search::text, (select count(*) from retired)
from changed order by changed.review_id
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a chunk: review ids by fate, and the ids of revisions that are now current."""

    created: list[int]
    updated: list[int]
    revisions: list[int]


def stage(rows: Iterable[Sequence[Any]]) -> None:
    """Fill the staging table (emptied when the transaction ends)."""
    with connection.cursor() as cursor:
        cursor.execute(_STAGING)
        # What an earlier call of the same transaction left there would be stored once more.
        cursor.execute("delete from staged_review")
        with cursor.copy(f"copy staged_review ({_COLUMNS}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)


def merge(*, store: int, source: int, purposes: list[str], redactor: str, version: int) -> Stored:
    """Move what is staged into the tables. `version` is that of the shoppers' key."""
    values: dict[str, Any] = {
        "store": store,
        "source": source,
        "purposes": purposes,
        "key_version": version,
        "redactor": redactor,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CATEGORIES)
        cursor.execute(_PRODUCTS, values)
        cursor.execute(_SHOPPERS, values)
        cursor.execute(_REVIEWS, values)
        found = cursor.fetchall()
        created = [row[0] for row in found if row[2]]
        updated = [row[0] for row in found if not row[2]]
        cursor.execute(_REVISIONS, {**values, "ids": created + updated})
        revisions = _write_revisions(cursor, cursor.fetchall(), redactor)
    return Stored(created, updated, revisions)


def _write_revisions(cursor: Any, rows: list[tuple[Any, ...]], redactor: str) -> list[int]:
    # A second statement: the retired rows must be seen as retired by the unique index on
    # "one current revision a review", which one statement's snapshot does not allow.
    if not rows:
        return []
    cursor.execute(
        """
        insert into reviews_textrevision
            (review_id, number, is_current, text, text_hash, redactor_version, placeholders,
             search, created_at)
        select review_id, number, true, text, text_hash, %s, placeholders, search::tsvector, now()
        from unnest(%s::bigint[], %s::smallint[], %s::text[], %s::text[], %s::smallint[],
                    %s::text[]) as t(review_id, number, text, text_hash, placeholders, search)
        returning id
        """,
        [redactor, *([row[place] for row in rows] for place in range(6))],
    )
    return [row[0] for row in cursor.fetchall()]
