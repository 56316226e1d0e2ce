from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import Role, Store, User


def stores_for(principal: object) -> QuerySet[Store]:
    """The stores `principal` may see: the one place where this is decided.

    A superuser sees every store; another user, and an API key, those they were given. Anything
    else (nobody signed in) sees none.
    """
    if isinstance(principal, User) and principal.is_active and principal.is_superuser:
        return Store.objects.all()
    if isinstance(principal, User) and not principal.is_active:
        return Store.objects.none()
    given = getattr(principal, "stores", None)
    return given.all() if given is not None else Store.objects.none()


def has_role(user: object, *roles: Role) -> bool:
    """Whether `user` holds one of `roles` (a superuser holds them all)."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.is_superuser or any(role in user.roles for role in roles)
