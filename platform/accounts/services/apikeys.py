"""Keys for programs: made once, shown once, taken back at any time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ApiKey, Scope, Store
from accounts.selectors import stores_for
from accounts.tokens import Token
from common.audit import audit_tell

_LONGEST_NAME = 80  # characters
_WRITE_USE_EVERY = timedelta(minutes=1)


class BadKeyRequest(ValueError):
    """A key cannot be made like this; `field` is what has to change, the message says how."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def apikey_create(
    *,
    actor: Any,
    name: str,
    scopes: Iterable[str],
    stores: Iterable[Store],
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its token, which is not kept and cannot be shown again.

    `actor` gives no store that they cannot see themselves; None is the system. Raises
    BadKeyRequest.
    """
    name, wanted, given = name.strip(), sorted(set(scopes)), list(stores)
    _check(actor, name, wanted, given, expires_at)
    token = Token.new()
    with transaction.atomic():
        key = ApiKey.objects.create(
            name=name,
            prefix=token.prefix,
            secret_hash=token.hash,
            scopes=wanted,
            created_by=actor,
            expires_at=expires_at,
        )
        key.stores.set(given)
        audit_tell(
            actor=actor,
            action="apikey.create",
            object_type="apikey",
            object_id=key.pk,
            details={"scopes": wanted, "stores": [store.key for store in given]},
        )
    return key, str(token)


def _check(
    actor: Any, name: str, scopes: list[str], stores: list[Store], expires_at: datetime | None
) -> None:
    if not name or len(name) > _LONGEST_NAME:
        raise BadKeyRequest(
            "name", _("Give the key a name of at most %(n)d characters.") % {"n": _LONGEST_NAME}
        )
    unknown = [scope for scope in scopes if scope not in Scope.values]
    if unknown or not scopes:
        raise BadKeyRequest(
            "scopes", _("Choose at least one of: %(scopes)s.") % {"scopes": ", ".join(Scope.values)}
        )
    if not stores:
        raise BadKeyRequest("stores", _("Choose at least one store."))
    if actor is not None:
        seen = set(stores_for(actor).values_list("pk", flat=True))
        if any(store.pk not in seen for store in stores):
            raise BadKeyRequest("stores", _("You can give only stores that are yours."))
    if expires_at is not None and expires_at <= timezone.now():
        raise BadKeyRequest("expires_at", _("The key would have expired already."))


@transaction.atomic
def apikey_revoke(*, actor: Any, key: ApiKey) -> ApiKey:
    """Refuse `key` from now on; what it did stays in the audit trail. Once is for good."""
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()):
        audit_tell(actor=actor, action="apikey.revoke", object_type="apikey", object_id=key.pk)
    key.refresh_from_db(fields=["revoked_at"])
    return key


def apikey_used(*, key: ApiKey) -> None:
    """Note that `key` was used: at most one write a minute, however busy it is."""
    before = timezone.now() - _WRITE_USE_EVERY
    if key.last_used_at is not None and key.last_used_at > before:
        return
    ApiKey.objects.filter(Q(last_used_at=None) | Q(last_used_at__lte=before), pk=key.pk).update(
        last_used_at=timezone.now()
    )
