from __future__ import annotations

from typing import Any

from accounts.models import Store
from common.audit import audit_tell


def store_ensure(*, actor: Any, key: str, name_en: str = "", name_zh: str = "") -> Store:
    """The store called `key`, made when it is new (its name is its key at first)."""
    store, created = Store.objects.get_or_create(
        key=key, defaults={"name_en": name_en or key, "name_zh": name_zh or name_en or key}
    )
    if created:
        audit_tell(actor=actor, action="store.create", object_type="store", object_id=store.pk)
    return store
