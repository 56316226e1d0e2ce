"""Changing what redaction does with the reviews of a source."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import transaction

from privacy.redaction.spans import TYPES, check_types
from privacy.services import audit_record
from privacy.styles import Style
from reviews.models import RedactionPolicy, Source


@transaction.atomic
def policy_save(
    *,
    actor: Any,
    source: Source,
    original: str,
    style: str,
    kept_types: Collection[str],
    doubt_below: float,
) -> RedactionPolicy:
    """Set the policy of `source`; it holds for whatever comes in from now on.

    kept_types: types that stay readable. Raises ValueError for an unknown type, style or fate of
    the original, or a threshold outside [0, 1].
    """
    check_types(kept_types, "kept_types")
    if original not in Source.OriginalPolicy.values:
        raise ValueError(f"original: one of {', '.join(Source.OriginalPolicy.values)}")
    if not 0 <= doubt_below <= 1:
        raise ValueError("doubt_below: a number from 0 to 1")
    source = Source.objects.select_for_update().get(pk=source.pk)
    policy = RedactionPolicy.objects.filter(source=source).first() or RedactionPolicy(source=source)
    before = {
        "original": source.original_policy,
        "style": policy.style,
        "kept_types": sorted(policy.kept_types),
        "doubt_below": policy.doubt_below,
    }
    policy.style = Style(style).value
    policy.kept_types = sorted(set(kept_types) & TYPES)
    policy.doubt_below = doubt_below
    policy.changed_by = actor
    policy.save()
    source.original_policy = original
    source.save(update_fields=["original_policy"])
    after = {
        "original": original,
        "style": policy.style,
        "kept_types": policy.kept_types,
        "doubt_below": doubt_below,
    }
    audit_record(
        actor=actor,
        action="policy.change",
        object_type="source",
        object_id=source.pk,
        details={"before": before, "after": after},
    )
    return policy
