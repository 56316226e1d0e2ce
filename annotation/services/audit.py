"""The audit sample: drawn by keyed hash, always running, never trained on."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

from django.conf import settings
from django.utils import timezone

from accounts.models import Store
from annotation.models import AuditRate, Batch, BatchItem, SamplingDesign
from reviews.models import Purpose, Source
from reviews.selectors import reviews_for

DEFAULT_RATE = 0.02  # share of reviews; a day's rate is the newest that began by then
_TWICE = 0.1  # share of the audit sample that two people label
_NAME = "audit"


def draw(key: str, name: str) -> float:
    """A number in [0, 1) that `key` and `name` decide: uniform, and fixed for good.

    The first 53 bits of HMAC-SHA256: whoever lacks the key cannot tell what will be drawn.
    """
    digest = hmac.new(key.encode(), name.encode(), hashlib.sha256).digest()
    return (int.from_bytes(digest[:8]) >> 11) / (1 << 53)


def audit_batch() -> Batch:
    """The one batch that never stops."""
    batch, _ = Batch.objects.get_or_create(
        design=SamplingDesign.AUDIT,
        defaults={
            "name": _NAME,
            "state": Batch.State.OPEN,
            "frame_filter": {"draw": "keyed hash of the review's id under the rate of its day"},
        },
    )
    return batch


def audit_rate_seed() -> None:
    """Begin with a small rate, when nobody has set one."""
    if not AuditRate.objects.exists():
        AuditRate.objects.create(from_day=timezone.localdate(), rate=DEFAULT_RATE)


def audit_rate(day: object) -> float:
    """The rate of `day` (a date): that of the newest entry begun by then, else 0."""
    found = AuditRate.objects.filter(from_day__lte=day).order_by("-from_day").first()
    return found.rate if found else 0.0


def audit_draw(*, review_ids: Iterable[int]) -> int:
    """Put those of the new reviews into the sample whose hash falls under today's rate.

    Sample data brings its own audit reviews and is passed over. A review already drawn keeps its
    probability. Returns how many were added.
    """
    rate = audit_rate(timezone.localdate())
    if rate <= 0:
        return 0
    key = settings.VERBATIM_HOME.secret("audit.key")
    # The hash needs no look at the review, so only the few that it draws are asked for.
    drawn = [pk for pk in review_ids if draw(key, f"review:{pk}") < rate]
    if not drawn:
        return 0
    fresh = (
        reviews_for(Purpose.LABEL, Store.objects.all())
        .filter(pk__in=drawn)
        .exclude(source__kind=Source.Kind.SAMPLE)
        .exclude(batch_items__batch__design=SamplingDesign.AUDIT)
        .values_list("pk", flat=True)
    )
    pks = list(fresh)
    batch = audit_batch() if pks else None
    items = [
        BatchItem(
            batch=batch,
            review_id=pk,
            inclusion_probability=rate,
            wanted_answers=2 if draw(key, f"twice:{pk}") < _TWICE else 1,
        )
        for pk in pks
    ]
    BatchItem.objects.bulk_create(items, ignore_conflicts=True)
    return len(items)
