"""What a role may do beyond looking at its stores' pages, by name of the permission.

Apps beside this one ask `user.has_perm(...)`: they know nothing of roles.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend

from accounts.models import Role, User

PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.PRIVACY_OFFICER: frozenset({"privacy.open_original", "privacy.see_audit_trail"}),
}


class RolePermissions(BaseBackend):
    """Grants what a person's roles grant; who is not active may nothing."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if not isinstance(user_obj, User) or not user_obj.is_active:
            return False
        return any(perm in PERMISSIONS.get(Role(role), ()) for role in user_obj.roles)
