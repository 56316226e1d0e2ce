"""The requests of people, as an officer may see them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.models import Store
from accounts.selectors import stores_for
from privacy.models import PersonRequest

OPEN = ["received", "found", "running", "look"]


def requests_for(stores: Iterable[Store]) -> QuerySet[PersonRequest]:
    """Requests that are about these stores only, the newest first."""
    return PersonRequest.objects.filter(
        stores__contained_by=[store.pk for store in stores]
    ).select_related("job", "actor")


def requests_of(principal: object) -> QuerySet[PersonRequest]:
    return requests_for(stores_for(principal))
