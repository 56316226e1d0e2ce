"""Rows into the tables by COPY: new reviews straight in, changed ones over a staging table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from common.arrays import text_array

# In the first number of an advisory lock; the second is the source.
_LOCK = 0x7665  # "ve"
# A search reads so much through in some 100 ms.
_WAITING_ENTRIES = "64MB"
_SORTED_AT_ONCE = "128MB"

_CATEGORIES = """
insert into reviews_category (key, name_en, name_zh)
select name, name, name from unnest(%(categories)s::text[]) as t(name)
on conflict (key) do nothing
"""
# A product made by an import holds what the file says of it; one that a person entered stays.
_PRODUCTS = """
insert into reviews_product
    (store_id, external_id, name_en, name_zh, brand, category_id, variant, from_import, created_at)
select %(store)s, number,
    case when name ~ '[一-鿿]' then '' else name end,
    case when name ~ '[一-鿿]' then name else '' end,
    brand, c.id, '', true, now()
from unnest(%(numbers)s::text[], %(names)s::text[], %(brands)s::text[], %(groups)s::text[])
     as t(number, name, brand, category)
left join reviews_category c on c.key = t.category
order by number
on conflict (store_id, external_id) do nothing
"""
# One look into an index for each, whatever the planner knows of a table that grows under it.
_PRODUCT_IDS = """
select p.* from unnest(%(numbers)s::text[]) as t(number) cross join lateral (
    select external_id, id from reviews_product
    where store_id = %(store)s and external_id = t.number offset 0
) p
"""
_SHOPPERS = """
insert into reviews_shopper (store_id, key_hash, key_version)
select %(store)s, hash, %(key_version)s from unnest(%(hashes)s::text[]) as t(hash)
on conflict (store_id, key_hash) do nothing
returning key_hash, id
"""
_SHOPPER_IDS = """
select s.* from unnest(%(hashes)s::text[]) as t(hash) cross join lateral (
    select key_hash, id from reviews_shopper
    where store_id = %(store)s and key_hash = t.hash offset 0
) s
"""

_REVIEW = (
    "id, store_id, source_id, external_id, product_id, shopper_id, channel, stars, language, "
    "variety, posted_at, created_at, updated_at, content_hash, past_hashes, source_updated_at, "
    "variant, follows, left_out, incentivised, low_information, follow_up, legal_basis, purposes, "
    "sealed_original, seal_key_version"
)
_REVISION = (
    "id, review_id, number, is_current, text, text_hash, redactor_version, placeholders, search, "
    "created_at"
)

_STAGING = """
create temporary table if not exists staged_review (
    id bigint, product_id bigint, shopper_id bigint, channel text, stars smallint,
    language text, variety text, posted_at timestamptz, content_hash text,
    source_updated_at timestamptz, variant text, follows text,
    left_out text, incentivised boolean, low_information boolean, follow_up boolean,
    text text, text_hash text, placeholders smallint, search tsvector, sealed bytea,
    seal_version smallint
) on commit delete rows;
create temporary table if not exists staged_revision (
    review_id bigint, old_id bigint, number smallint
) on commit delete rows
"""
_STAGED = (
    "id, product_id, shopper_id, channel, stars, language, variety, posted_at, content_hash, "
    "source_updated_at, variant, follows, left_out, incentivised, low_information, follow_up, "
    "text, text_hash, placeholders, search, sealed, seal_version"
)
_MOST_PAST = 20  # content hashes kept of a review
_UPDATE = """
update reviews_review r set
    product_id = s.product_id, shopper_id = s.shopper_id, channel = s.channel, stars = s.stars,
    language = s.language, variety = s.variety, posted_at = s.posted_at, updated_at = now(),
    content_hash = s.content_hash,
    past_hashes = case when left(r.content_hash, 32) = left(s.content_hash, 32) then r.past_hashes
        else (array_append(r.past_hashes, left(r.content_hash, 32)::varchar))[
            greatest(1, cardinality(r.past_hashes) + 2 - %(most)s):] end,
    source_updated_at = coalesce(s.source_updated_at, r.source_updated_at),
    variant = s.variant, follows = s.follows, left_out = s.left_out, incentivised = s.incentivised,
    low_information = s.low_information, follow_up = s.follow_up,
    sealed_original = s.sealed, seal_key_version = s.seal_version
from staged_review s where r.id = s.id
"""
# Only a changed text makes a revision; a changed star or date does not.
_CHANGED_TEXTS = """
insert into staged_revision
select s.id, old.id, coalesce(old.number, 0) + 1
from staged_review s
left join reviews_textrevision old on old.review_id = s.id and old.is_current
where old.text_hash is distinct from s.text_hash
"""
_RETIRE = """
update reviews_textrevision t set is_current = false
from staged_revision s where t.id = s.old_id
"""
_NEW_TEXTS = """
insert into reviews_textrevision
    (review_id, number, is_current, text, text_hash, redactor_version, placeholders, search,
     created_at)
select s.id, n.number, true, s.text, s.text_hash, %(redactor)s, s.placeholders, s.search, now()
from staged_revision n join staged_review s on s.id = n.review_id
returning id
"""


class StagedRow(NamedTuple):
    """A review as the tables take it; `id` is 0 for a new one, `content_hash` has its version."""

    id: int
    external_id: str
    product_number: str
    product_name: str
    brand: str
    category: str
    variant: str
    follows: str
    shopper_hash: str
    posted_at: datetime | None
    stars: int | None
    channel: str
    language: str
    variety: str
    left_out: str
    incentivised: bool
    low_information: bool
    follow_up: bool
    content_hash: str
    updated_at: datetime | None
    text: str
    text_hash: str
    placeholders: int
    search: str
    sealed: bytes | None
    seal_version: int | None


@dataclass(frozen=True, slots=True)
class Target:
    """Where rows go. `version` is that of the shoppers' key."""

    store: int
    source: int
    legal_basis: str
    purposes: list[str]
    redactor: str
    version: int


@dataclass(frozen=True, slots=True)
class Stored:
    """Review ids by fate, and the ids of revisions that are now current."""

    created: list[int]
    updated: list[int]
    revisions: list[int]


def search_entries_wait() -> None:
    """Until the end of this transaction more new words than usual wait to be sorted into the index.

    Sorted in a few megabytes at a time they would touch the same pages again and again, which is
    two fifths of the work of storing a review. Both settings count: how much may wait, and how much
    of it is sorted at once. Until `search_entries_sort` a search reads what waits one by one.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"set local gin_pending_list_limit = '{_WAITING_ENTRIES}'; "
            f"set local work_mem = '{_SORTED_AT_ONCE}'"
        )


def search_entries_sort() -> None:
    """Sort the waiting words into the index, where the database lets us; else it does so itself
    in its own time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select gin_clean_pending_list(oid) from pg_class where relname = 'revision_search' "
            "and pg_table_is_visible(oid) and pg_has_role(relowner, 'usage')"
        )


def source_lock(source: int) -> None:
    """Until the end of this transaction nobody else stores reviews of `source`."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [_LOCK, source & 0x7FFFFFFF])


def reviews_lock(review_ids: Sequence[int]) -> None:
    """Until the end of this transaction nobody else changes these reviews or their texts.

    In the order in which whoever changes reviews locks them, so that nobody waits crosswise.
    """
    if review_ids:
        with connection.cursor() as cursor:
            cursor.execute(
                "select id from reviews_review where id = any(%s) order by id for no key update",
                [list(review_ids)],
            )


def merge(rows: Sequence[StagedRow], to: Target) -> Stored:
    """Write `rows`, which are all new or changed, under the lock of their source."""
    with connection.cursor() as cursor:
        # Shoppers first, as where originals are sealed (`shoppers_ensure`): imports into two
        # sources of a store share them, and products, and must not wait crosswise.
        shoppers = _shoppers(cursor, rows, to)
        products = _products(cursor, rows, to)
        new = [row for row in rows if not row.id]
        changed = [row for row in rows if row.id]
        created, revisions = _copy_new(cursor, new, products, shoppers, to) if new else ([], [])
        if changed:
            revisions += _update(cursor, changed, products, shoppers, to)
    return Stored(created, [row.id for row in changed], revisions)


def _products(cursor: Any, rows: Sequence[StagedRow], to: Target) -> dict[str, int]:
    # In one order everywhere: two transactions that make the same rows must not wait crosswise.
    categories = sorted({row.category for row in rows if row.category})
    if categories:
        cursor.execute(_CATEGORIES, {"categories": categories})
    first: dict[str, StagedRow] = {}
    for row in rows:
        if row.product_number:
            first.setdefault(row.product_number, row)
    numbers = sorted(first)
    if not numbers:
        return {}
    cursor.execute(_PRODUCT_IDS, {"store": to.store, "numbers": numbers})
    found = dict(cursor.fetchall())
    missing = [number for number in numbers if number not in found]
    if missing:
        values = {
            "store": to.store,
            "numbers": missing,
            "names": [first[number].product_name for number in missing],
            "brands": [first[number].brand for number in missing],
            "groups": [first[number].category for number in missing],
        }
        cursor.execute(_PRODUCTS, values)
        cursor.execute(_PRODUCT_IDS, values)
        found |= dict(cursor.fetchall())
    return found


def _shoppers(cursor: Any, rows: Sequence[StagedRow], to: Target) -> dict[str, int]:
    hashes = sorted({row.shopper_hash for row in rows if row.shopper_hash})
    if not hashes:
        return {}
    values: dict[str, Any] = {
        "store": to.store,
        "key_version": to.version,
        "hashes": text_array(hashes),
    }
    cursor.execute(_SHOPPERS, values)
    found = dict(cursor.fetchall())
    if len(found) < len(hashes):
        values["hashes"] = text_array(one for one in hashes if one not in found)
        cursor.execute(_SHOPPER_IDS, values)
        found |= dict(cursor.fetchall())
    return found


def _next_ids(cursor: Any, table: str, count: int) -> list[int]:
    cursor.execute(
        "with s as materialized (select pg_get_serial_sequence(%s, 'id')::regclass as sequence) "
        "select nextval(s.sequence) from s, generate_series(1, %s)",
        [table, count],
    )
    return [row[0] for row in cursor.fetchall()]


def _copy_new(
    cursor: Any,
    rows: Sequence[StagedRow],
    products: dict[str, int],
    shoppers: dict[str, int],
    to: Target,
) -> tuple[list[int], list[int]]:
    now = timezone.now()
    ids = _next_ids(cursor, "reviews_review", len(rows))
    revisions = _next_ids(cursor, "reviews_textrevision", len(rows))
    # Lists that are the same in every row, written as the tables take them.
    none, purposes = "{}", "{" + ",".join(to.purposes) + "}"
    with cursor.copy(f"copy reviews_review ({_REVIEW}) from stdin") as copy:
        for pk, row in zip(ids, rows, strict=True):
            copy.write_row((
                pk, to.store, to.source, row.external_id, products.get(row.product_number),
                shoppers.get(row.shopper_hash), row.channel, row.stars, row.language,
                row.variety, row.posted_at, now, now, row.content_hash, none, row.updated_at,
                row.variant, row.follows,
                row.left_out, row.incentivised, row.low_information, row.follow_up,
                to.legal_basis, purposes, row.sealed, row.seal_version,
            ))  # fmt: skip
    with cursor.copy(f"copy reviews_textrevision ({_REVISION}) from stdin") as copy:
        for revision, pk, row in zip(revisions, ids, rows, strict=True):
            copy.write_row((
                revision, pk, 1, True, row.text, row.text_hash, to.redactor, row.placeholders,
                row.search, now,
            ))  # fmt: skip
    return ids, revisions


def _update(
    cursor: Any,
    rows: Sequence[StagedRow],
    products: dict[str, int],
    shoppers: dict[str, int],
    to: Target,
) -> list[int]:
    cursor.execute(_STAGING)
    # What an earlier call of the same transaction left there would be stored once more.
    cursor.execute("delete from staged_review; delete from staged_revision")
    with cursor.copy(f"copy staged_review ({_STAGED}) from stdin") as copy:
        for row in rows:
            copy.write_row((
                row.id, products.get(row.product_number), shoppers.get(row.shopper_hash),
                row.channel, row.stars, row.language, row.variety, row.posted_at, row.content_hash,
                row.updated_at, row.variant, row.follows, row.left_out, row.incentivised,
                row.low_information,
                row.follow_up, row.text,
                row.text_hash, row.placeholders, row.search, row.sealed, row.seal_version,
            ))  # fmt: skip
    cursor.execute(_UPDATE, {"most": _MOST_PAST})
    cursor.execute(_CHANGED_TEXTS)
    # A statement of its own: the retired rows must be seen as retired by the unique index on
    # "one current revision a review", which one statement's snapshot does not allow.
    cursor.execute(_RETIRE)
    cursor.execute(_NEW_TEXTS, {"redactor": to.redactor})
    return [row[0] for row in cursor.fetchall()]
