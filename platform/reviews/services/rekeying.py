"""A new key for shoppers' hashes: every stored hash is lifted to it, in the background."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection

from common.models import Job
from common.services import job_create
from privacy.services import audit_record
from privacy.services.erasing import digests_lift
from privacy.services.key_use import nobody_uses_keys
from privacy.vault.here import shopper_ids
from reviews.models import Shopper

REKEY = "rekey_shoppers"
_AT_ONCE = 2000  # shoppers in one transaction


class RekeyRuns(Exception):
    """Two at once would be one too many."""


def rekey_request(*, actor: Any) -> Job:
    """Write it down; the caller wakes a worker. Raises RekeyRuns."""
    if Job.objects.filter(kind=REKEY, state__in=[Job.State.QUEUED, Job.State.RUNNING]).exists():
        raise RekeyRuns("shoppers' ids are getting a new key already")
    return job_create(actor=actor, kind=REKEY, arguments={}, max_attempts=20)


def shoppers_rekey(*, actor: Any, version: int, progress: Callable[[int, int], None]) -> int:
    """Lift the hash of every shopper, and of everybody erased, to key `version`.

    `progress` gets the shoppers done and their number. Safe to begin again. Imports go on
    meanwhile: a shopper they meet is lifted by them. Returns how many were lifted here.
    """
    ids = shopper_ids()
    # Nobody writes or looks for a hash of the old key once this is over.
    with nobody_uses_keys():
        while ids.version() < version:
            ids.secret.rotate()
        digests_lift(version=version)
    older = Shopper.objects.filter(key_version__lt=version)
    total, done, after = older.count(), 0, 0
    while rows := list(older.filter(pk__gt=after).order_by("pk")[:_AT_ONCE]):
        after = rows[-1].pk
        done += _lift([(row, ids.lift(row.key_hash, row.key_version, version)) for row in rows],
                      version)  # fmt: skip
        progress(done, total)
    audit_record(
        actor=actor,
        action="shoppers.rekey",
        object_type="shopper_key",
        object_id=version,
        details={"shoppers": done},
    )
    return done


def _lift(rows: list[tuple[Shopper, str]], version: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "update reviews_shopper h set key_hash = n.new, key_version = %s "
            "from unnest(%s::bigint[], %s::text[], %s::text[]) n(id, old, new) "
            "where h.id = n.id and h.key_hash = n.old",
            [
                version,
                [row.pk for row, _ in rows],
                [row.key_hash for row, _ in rows],
                [new for _, new in rows],
            ],
        )
        return int(cursor.rowcount)
