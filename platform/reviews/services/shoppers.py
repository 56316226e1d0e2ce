"""Shoppers as rows: found under any version of their key, made when they are new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

# Locked in one order: imports into two sources of a store share shoppers.
_LIFT = """
with found as materialized (
    select h.id, n.new
    from reviews_shopper h
    join unnest(%(old)s::text[], %(versions)s::smallint[], %(new)s::text[]) n(old, version, new)
        on h.key_hash = n.old and h.key_version = n.version
    where h.store_id = %(store)s
    order by h.id for update of h
)
update reviews_shopper h set key_hash = found.new, key_version = %(version)s
from found where h.id = found.id
"""
_ADD = """
insert into reviews_shopper (store_id, key_hash, key_version)
select %(store)s, hash, %(version)s from unnest(%(new)s::text[]) n(hash) order by hash
on conflict (store_id, key_hash) do nothing
"""


def shoppers_lift(*, store: int, digests: Mapping[str, Sequence[str]], version: int) -> None:
    """Bring those who are still known under an older key to `version`.

    `digests`: of each identifier its hashes under every key, oldest first (`keys.shopper_digests`).
    """
    older = [
        (digest, number, found[-1])
        for found in digests.values()
        for number, digest in enumerate(found[:-1], start=1)
    ]
    if not older:
        return
    old, versions, new = (list(column) for column in zip(*older, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            _LIFT,
            {"store": store, "version": version, "old": old, "versions": versions, "new": new},
        )


def shoppers_ensure(
    *, store: int, digests: Mapping[str, Sequence[str]], version: int
) -> dict[str, UUID]:
    """The `uid` of each identifier, whose row is made when it is new."""
    if not digests:
        return {}
    current = {found[-1]: identifier for identifier, found in digests.items()}
    values: dict[str, Any] = {"store": store, "version": version, "new": list(current)}
    with connection.cursor() as cursor:
        cursor.execute(_ADD, values)
        cursor.execute(
            "select key_hash, uid from reviews_shopper "
            "where store_id = %(store)s and key_hash = any(%(new)s)",
            values,
        )
        return {current[digest]: uid for digest, uid in cursor.fetchall()}
