"""The audit sample: drawn by keyed hash, always running, never trained on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.conf import settings
from django.utils import timezone

from accounts.models import Store
from annotation.draws import draw
from annotation.models import AuditRate, Batch, BatchItem, SamplingDesign
from reviews.models import Purpose, Source
from reviews.selectors import reviews_for

DEFAULT_RATE = 0.02  # share of reviews; a day's rate is the newest that began by then
_TWICE = 0.1  # share of the audit sample that two people label
_NAME = "audit"


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


def audit_rate(day: date) -> float:
    """The rate of `day`: that of the newest entry begun by then, else 0."""
    return _rate_on(day, _rates())


def _rates() -> list[tuple[date, float]]:
    """Since which day each rate holds, newest first."""
    return list(AuditRate.objects.order_by("-from_day").values_list("from_day", "rate"))


def _rate_on(day: date, rates: Sequence[tuple[date, float]]) -> float:
    return next((rate for begun, rate in rates if begun <= day), 0.0)


def audit_draw(*, review_ids: Iterable[int]) -> int:
    """Put those into the sample whose hash falls under the rate of the day on which they came.

    That day's also when a review comes again with another text: at the rate of today, only those
    whose text changes would enter after a rise. Sample data brings its own audit reviews and is
    passed over. A review already drawn keeps its probability. Returns how many were added.
    """
    rates = _rates()
    highest = max((rate for _, rate in rates), default=0.0)
    key = settings.VERBATIM_HOME.secret("audit.key")
    # The hash needs no look at the review, so only the few that it may draw are asked for.
    drawn = {pk: chance for pk in review_ids if (chance := draw(key, f"review:{pk}")) < highest}
    if not drawn:
        return 0
    came = (
        reviews_for(Purpose.LABEL, Store.objects.all())
        .filter(pk__in=drawn)
        .exclude(source__kind=Source.Kind.SAMPLE)
        .exclude(batch_items__batch__design=SamplingDesign.AUDIT)
        .values_list("pk", "created_at")
    )
    days = {pk: _rate_on(timezone.localdate(at), rates) for pk, at in came}
    pks = {pk: rate for pk, rate in days.items() if drawn[pk] < rate}
    batch = audit_batch() if pks else None
    items = [
        BatchItem(
            batch=batch,
            review_id=pk,
            inclusion_probability=rate,
            wanted_answers=2 if draw(key, f"twice:{pk}") < _TWICE else 1,
        )
        for pk, rate in pks.items()
    ]
    BatchItem.objects.bulk_create(items, ignore_conflicts=True)
    return len(items)
