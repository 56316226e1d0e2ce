"""Telling the audit trail, from apps that stand beside it and may not import it."""

from __future__ import annotations

from typing import Any

from django.dispatch import Signal

# actor, action, object_type, object_id, details: as `privacy.services.audit_record` takes them.
done = Signal()


def audit_tell(
    *,
    actor: Any,
    action: str,
    object_type: str,
    object_id: object,
    details: dict[str, Any] | None = None,
) -> None:
    """Say who did what; it is written down in the transaction of the change itself."""
    done.send(
        sender=None,
        actor=actor,
        action=action,
        object_type=object_type,
        object_id=object_id,
        details=details,
    )
