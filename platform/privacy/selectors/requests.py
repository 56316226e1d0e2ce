"""The requests of people, as an officer may see them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.models import Role, Store
from accounts.selectors import has_role, stores_for
from privacy.models import PersonRequest

OPEN = ["received", "found", "running", "look"]


def may_handle(principal: object) -> bool:
    """Whether requests of people are this person's work."""
    return has_role(principal, Role.PRIVACY_OFFICER)


def requests_for(stores: Iterable[Store]) -> QuerySet[PersonRequest]:
    """Requests that are about these stores only, the newest first."""
    return PersonRequest.objects.filter(
        stores__contained_by=[store.pk for store in stores]
    ).select_related("job", "actor")


def requests_of(principal: object) -> QuerySet[PersonRequest]:
    return requests_for(stores_for(principal))
