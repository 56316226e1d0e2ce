"""Which rows of any table are of which stores, by the way that leads from its model to a store."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, QuerySet

from accounts.models import ApiKey, IdempotencyKey, Store
from privacy.models import AuditEntry
from privacy.selectors.audit import entries_of


@cache
def models_by_table() -> dict[str, type[Model]]:
    return {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


@cache
def store_path(model: type[Model]) -> str:
    """The shortest way from `model` to its store over keys, such as "review__store"; "" where there
    is none. Of two as short, the one that is always there.
    """
    ways: deque[tuple[type[Model], str]] = deque([(model, "")])
    seen = {model}
    while ways:
        here, so_far = ways.popleft()
        keys = [one for one in here._meta.concrete_fields if one.related_model is not None]
        for field in sorted(keys, key=lambda one: one.null):
            further: Any = field.related_model
            if further is Store:
                return f"{so_far}{field.name}"
            if further not in seen:
                seen.add(further)
                ways.append((further, f"{so_far}{field.name}__"))
    return ""


def rows_of(model: type[Model], stores: Sequence[int]) -> QuerySet[Any]:
    """Rows of `stores` (ids), and those that cannot be said to be of any store."""
    rows = model._base_manager.all()
    if model is Store:
        return rows.filter(pk__in=stores)
    if model is IdempotencyKey:
        return rows.exclude(principal__in=_foreign_programs(stores))
    if model is AuditEntry and (others := list(Store.objects.exclude(pk__in=stores))):
        return rows.exclude(pk__in=entries_of(others).values("pk"))
    if path := store_path(model):
        return rows.filter(Q(**{f"{path}__in": stores}) | Q(**{f"{path}__isnull": True}))
    if _has_stores(model):
        return rows.filter(stores__overlap=list(stores))
    return rows


def _foreign_programs(stores: Sequence[int]) -> list[str]:
    """API keys of other stores only, as kept answers name them."""
    keys = ApiKey.objects.exclude(pk__in=ApiKey.objects.filter(stores__in=stores))
    return [f"key:{pk}" for pk in keys.values_list("pk", flat=True)]


def _has_stores(model: type[Model]) -> bool:
    """Whether it keeps ids of stores in an array."""
    try:
        return isinstance(model._meta.get_field("stores"), ArrayField)
    except FieldDoesNotExist:
        return False
