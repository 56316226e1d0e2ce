"""Which stores the objects of the audit trail belong to: each app registers its kinds of object."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet

# ids of stores -> the objects that belong to these stores only
Owned = Callable[[Sequence[int]], "QuerySet[Any]"]

_owned: dict[str, Owned] = {}


def register(object_type: str, owned: Owned) -> None:
    """`object_type`, as `audit_record` gets it. A kind that nobody registered belongs to no store,
    and is seen by those alone who see all of them.
    """
    _owned[object_type] = owned


def registered() -> dict[str, Owned]:
    return dict(_owned)
