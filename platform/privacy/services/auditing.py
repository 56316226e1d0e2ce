from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model

from privacy.models import AuditEntry


def audit_record(
    *,
    actor: Any,
    action: str,
    object_type: str,
    object_id: object,
    details: dict[str, Any] | None = None,
) -> AuditEntry:
    """Add a trace of who did what. `details` hold ids, counts and settings, never texts.

    `actor` is a user, an API key (known here by its name only), or None for the system itself.
    """
    return AuditEntry.objects.create(
        actor=actor if isinstance(actor, get_user_model()) else None,
        actor_name=actor.get_username() if actor is not None else "system",
        action=action,
        object_type=object_type,
        object_id=str(object_id),
        details=details or {},
    )
