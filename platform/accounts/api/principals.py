"""Who asks: a key, or a person with a session. One place says which of the two."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request

from accounts.models import ApiKey


def principal_of(request: Request) -> Any:
    """The ApiKey or User; an AnonymousUser when nobody was recognised."""
    return request.auth if isinstance(request.auth, ApiKey) else request.user


def principal_name(request: Request) -> str | None:
    """A short name that never changes, for counters; None for nobody."""
    principal = principal_of(request)
    if isinstance(principal, ApiKey):
        return f"key:{principal.pk}"
    return f"user:{principal.pk}" if getattr(principal, "is_authenticated", False) else None
