"""Whose files of labels are whose."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from accounts.models import Role, User
from accounts.selectors import has_role, stores_for
from annotation.models import LabelExport, LabelImport


def may_move_labels(person: Any) -> bool:
    """Whether `person` leads labelling: takes labels out, with or without names, and in."""
    return has_role(person, Role.MANAGER, Role.ML_ENGINEER)


def exports_of(person: User) -> QuerySet[LabelExport]:
    """Their own, of stores they still have; a superuser's are everybody's."""
    # Which reviews a file holds is a long list that no page shows.
    return _of(person, LabelExport.objects.defer("review_ids"))


def imports_of(person: User) -> QuerySet[LabelImport]:
    return _of(person, LabelImport.objects.all())


def _of(person: User, found: QuerySet[Any]) -> QuerySet[Any]:
    found = found.select_related("job", "actor")
    if person.is_superuser:
        return found
    stores = list(stores_for(person).values_list("pk", flat=True))
    return found.filter(actor=person, stores__contained_by=stores)
