"""What is set for a source: which cleaning rules do not apply to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from common.models import Job
from privacy.services import audit_record
from reviews.cleaning.catalogue import BURSTS, KEYS, NEAR_DUPLICATES
from reviews.models import Source
from reviews.services.duplicates import duplicates_request


class UnknownRule(ValueError):
    """A name is that of no cleaning rule."""


@transaction.atomic
def source_rules_switch(*, actor: Any, source: Source, off: Iterable[str]) -> Job | None:
    """Let every cleaning rule apply to `source` but those in `off`.

    What comes in from now on goes by it; what is stored stays, but for the rules that work
    afterwards: their job is returned to be woken, None when none is needed. Raises UnknownRule.
    """
    wanted = sorted(set(off))
    if unknown := [key for key in wanted if key not in KEYS]:
        raise UnknownRule(f"there is no cleaning rule {unknown[0]!r}")
    locked = Source.objects.select_for_update().get(pk=source.pk)
    before = set(locked.rules_off)
    if before == set(wanted):
        return None
    locked.rules_off = wanted
    locked.save(update_fields=["rules_off"])
    source.rules_off = wanted
    audit_record(
        actor=actor,
        action="source.rules",
        object_type="source",
        object_id=source.pk,
        details={"off": wanted, "was_off": sorted(before)},
    )
    if (before ^ set(wanted)) & {NEAR_DUPLICATES, BURSTS}:
        return duplicates_request(actor=actor, source_id=source.pk, everything=True)
    return None
