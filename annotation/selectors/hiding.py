"""When a person gets hidden gold: at about the rate of the batch, at places nobody can foresee."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import User
from annotation.draws import draw
from annotation.models import Batch, BatchItem
from annotation.selectors.assignments import gold_free, handed_out


def gold_is_due(person: User, batch: Batch, now: datetime) -> bool:
    """Whether the next review that `person` gets of `batch` is to be hidden gold."""
    if not batch.gold_rate:
        return False
    return _falls(_key(), person, batch, handed_out(person, batch, now))


def gold_order(person: User, items: QuerySet[BatchItem]) -> list[int]:
    """Ids of `items`, in an order that is `person`'s own: two who compare notes meet none twice
    at the same place."""
    key = _key()
    ids = items.order_by().values_list("pk", flat=True)
    return sorted(ids, key=lambda pk: draw(key, f"gold:{person.pk}:{pk}"))


def gold_ahead(person: User, batch: Batch, free: int, now: datetime) -> int:
    """How many gold reviews `person` will get before the `free` other ones are used up.

    So that what is left falls by one with every answer, whatever the review was.
    """
    gold = gold_free(person, batch, now).count() if batch.gold_rate and free else 0
    key, place, due = _key(), handed_out(person, batch, now) if gold else 0, 0
    while free > 0 and due < gold:
        if _falls(key, person, batch, place):
            due += 1
        else:
            free -= 1
        place += 1
    return due


def _falls(key: str, person: User, batch: Batch, place: int) -> bool:
    return draw(key, f"place:{batch.pk}:{person.pk}:{place}") < batch.gold_rate


def _key() -> str:
    return str(settings.VERBATIM_HOME.secret("gold.key"))
