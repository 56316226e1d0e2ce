from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import ApiKey, Role, Store, User
from accounts.tokens import Token

# What an unknown prefix is compared with, so that it takes as long as a known one.
_NO_HASH = "0" * 64


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


def are_all_stores(stores: Iterable[Store]) -> bool:
    """Whether these are all there are: who sees them may see and set what holds for all."""
    return not Store.objects.exclude(pk__in=[store.pk for store in stores]).exists()


def has_role(user: object, *roles: Role) -> bool:
    """Whether `user` holds one of `roles` (a superuser holds them all)."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.is_superuser or any(role in user.roles for role in roles)


def is_privacy_officer(user: object) -> bool:
    """Requests of people, redaction policies and lists, and trying texts out are their work."""
    return has_role(user, Role.PRIVACY_OFFICER)


def apikey_by_token(text: str) -> ApiKey | None:
    """The valid key that `text` is the token of: not revoked, not expired. None otherwise."""
    token = Token.parse(text)
    if token is None:
        return None
    valid = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    key = ApiKey.objects.filter(valid, prefix=token.prefix, revoked_at=None).first()
    matches = token.matches(key.secret_hash if key is not None else _NO_HASH)
    return key if matches else None
