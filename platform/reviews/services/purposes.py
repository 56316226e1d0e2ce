"""On what ground reviews are held and what they may be used for, as the company says it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Store
from common.models import Job
from common.services import job_create
from privacy.purposes import LegalBasis, Purpose
from privacy.services import audit_record
from reviews import keys
from reviews.models import Review, Shopper, Source
from reviews.services.following import follow_ups_join
from reviews.services.staging import source_lock
from reviews.signals import reviews_changing

KIND = "source_purposes"
AT_ONCE = 2000  # reviews in one transaction


class BadPurposes(ValueError):
    """What was said does not fit together; `field` and message say why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Held:
    """`consent_at` is needed where consent is the ground; `consent_until` None: it does not end."""

    legal_basis: str
    purposes: Sequence[str]
    consent_at: datetime | None = None
    consent_until: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        moments = {"consent_at": self.consent_at, "consent_until": self.consent_until}
        return {
            "legal_basis": self.legal_basis,
            "purposes": sorted(self.purposes),
            **{name: moment and moment.isoformat() for name, moment in moments.items()},
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Held:
        at, until = (
            datetime.fromisoformat(value[name]) if value[name] else None
            for name in ("consent_at", "consent_until")
        )
        return cls(value["legal_basis"], value["purposes"], at, until)

    def check(self) -> None:
        """Raises BadPurposes."""
        if self.legal_basis not in LegalBasis.values:
            raise BadPurposes("legal_basis", f"one of {', '.join(LegalBasis.values)}")
        unknown = sorted(set(self.purposes) - set(Purpose.values))
        if unknown:
            raise BadPurposes("purposes", f"{unknown[0]!r} is none of {', '.join(Purpose.values)}")
        if self.legal_basis == LegalBasis.CONSENT and self.consent_at is None:
            raise BadPurposes("consent_at", "say when consent was given")
        if self.consent_until and self.consent_at and self.consent_until <= self.consent_at:
            raise BadPurposes("consent_until", "it ends before it was given")


@transaction.atomic
def purposes_set(
    *,
    actor: Any,
    store: Store,
    held: Held,
    shopper: str = "",
    external_ids: Sequence[str] = (),
    source: str = "",
) -> int:
    """Say it of a shopper's reviews (by the shop's own number), or of single ones by theirs.

    Figures follow. What the person objected to stays objected to. Returns the reviews changed.
    Raises BadPurposes.
    """
    held.check()
    found = Review.objects.filter(store=store)
    if source:
        found = found.filter(source__key=source)
    if shopper:
        digests = keys.shopper_digests({shopper}, keys.shopper_version())[shopper]
        people = Shopper.objects.filter(store=store, key_hash__in=digests)
        found = found.filter(shopper__in=people)
    elif external_ids:
        found = found.filter(external_id__in=list(external_ids))
    else:
        raise BadPurposes("shopper", "name a shopper, or reviews by their numbers")
    changed = _hold(found, held)
    _record(actor, "store", store.pk, held, changed)
    return changed


@transaction.atomic
def source_purposes_set(
    *, actor: Any, source: Source, held: Held, stored_too: bool = False
) -> Job | None:
    """What the reviews of a source begin with, at once, also for an import that runs.

    With `stored_too` the reviews that are in follow: by the job that is returned, for which the
    caller wakes a worker. Raises BadPurposes.
    """
    held.check()
    source_lock(source.pk)
    source.legal_basis, source.purposes = held.legal_basis, sorted(held.purposes)
    source.save(update_fields=["legal_basis", "purposes"])
    _record(actor, "source", source.pk, held, 0)
    if not stored_too:
        return None
    arguments = {"source": source.pk, "held": held.as_json()}
    return job_create(actor=actor, kind=KIND, arguments=arguments)


def source_purposes_spread(
    *,
    actor: Any,
    source: Source,
    held: Held,
    after: int,
    changed: int,
    done: Callable[[int, int], None],
) -> int:
    """Give the reviews of `source` after the review `after` their purposes, in bunches.

    `changed`: how many were changed before. `done(review id, changed)` is called inside the
    transaction of each bunch, to note the place; it may raise to stop, which undoes that bunch.
    Returns how many were changed in all.
    """
    stored = Review.objects.filter(source=source).order_by("pk")
    while ids := list(stored.filter(pk__gt=after).values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            changed += _hold(Review.objects.filter(pk__in=ids), held)
            after = ids[-1]
            done(after, changed)
    _record(actor, "source", source.pk, held, changed)
    return changed


def said_anew(job: Job) -> bool:
    """Whether something later was said of the same source, which then holds."""
    later = Job.objects.filter(kind=KIND, pk__gt=job.pk)
    return later.filter(arguments__source=job.arguments["source"]).exists()


def _hold(found: QuerySet[Review], held: Held) -> int:
    """Give the reviews `found` their new ground and purposes. Returns how many they are."""
    ids = list(found.select_for_update().order_by("pk").values_list("pk", flat=True))
    reviews_changing.send(sender=Review, review_ids=ids)
    Review.objects.filter(pk__in=ids).update(
        legal_basis=held.legal_basis,
        purposes=sorted(held.purposes),
        consent_at=held.consent_at,
        consent_until=held.consent_until,
    )
    follow_ups_join(review_ids=ids)
    return len(ids)


def _record(actor: Any, of: str, number: int, held: Held, changed: int) -> None:
    audit_record(
        actor=actor,
        action="purposes.set",
        object_type=of,
        object_id=number,
        details={
            "reviews": changed,
            "legal_basis": held.legal_basis,
            "purposes": sorted(held.purposes),
        },
    )
