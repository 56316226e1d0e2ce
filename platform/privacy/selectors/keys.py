from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from common.models import Job
from privacy.vault.here import key_ring

ROTATE = "rotate_keys"


@dataclass(frozen=True, slots=True)
class KeysState:
    """How many data keys there are, which versions are in use, and when they were last rotated."""

    data_keys: int
    master: int
    generation: int
    rotated_at: datetime | None


def keys_state() -> KeysState:
    ring = key_ring()
    return KeysState(
        ring.store.count(), ring.masters.current(), ring.store.generation(), last_rotation()
    )


def last_rotation() -> datetime | None:
    ended = Job.objects.filter(kind=ROTATE, state=Job.State.SUCCEEDED).order_by("-finished_at")
    return ended.values_list("finished_at", flat=True).first()


def rotation_runs() -> bool:
    return Job.objects.filter(kind=ROTATE, state__in=[Job.State.QUEUED, Job.State.RUNNING]).exists()
