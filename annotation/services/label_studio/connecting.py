"""Connecting a server, and speaking to it with the token that is kept sealed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Store, User
from annotation.label_studio.addresses import resolved, split
from annotation.label_studio.client import Client
from annotation.label_studio.errors import BadAddress, LabelStudioError, ServerDown
from annotation.models import LabelStudioServer, LabelStudioTask
from privacy.services import audit_record
from privacy.services.sealing import seal_text
from privacy.vault.cipher import RowIdentity
from privacy.vault.errors import KeyGone, SealBroken
from privacy.vault.here import key_ring
from privacy.vault.keyed import keyed_hash

HOOK_HEADER = "X-Verbatim-Secret"
MODEL_USER = "verbatim"
_SECRET = "label-studio.key"  # noqa: S105 - its name, not itself
_LONGEST_TOKEN = 4000


class CannotConnect(ValueError):
    """`field` names what is wrong, `code` says how: a key of `label_studio_wording.TROUBLES`."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code


def hook_secret(project: UUID) -> str:
    """What the webhooks of the project with this key of ours have to show. Worked out, so that it
    is stored nowhere."""
    return keyed_hash(settings.VERBATIM_HOME.secret(_SECRET), f"hook {project}")


def check_secret(server: LabelStudioServer) -> str:
    """What the webhook that a check asks for has to show."""
    return keyed_hash(settings.VERBATIM_HOME.secret(_SECRET), f"check {server.row}")


def model_secret(server: LabelStudioServer) -> str:
    """The password with which the server asks for pre-labels."""
    return keyed_hash(settings.VERBATIM_HOME.secret(_SECRET), f"model {server.row}")


def token_identity(row: object) -> RowIdentity:
    return RowIdentity(0, LabelStudioServer._meta.db_table, str(row))


@transaction.atomic
def server_connect(
    *, actor: Any, name: str, url: str, our_url: str, token: str, stores: Iterable[Store]
) -> LabelStudioServer:
    """Remember a server. Nothing is asked of it yet: see `checking`. Raises CannotConnect."""
    name, token = name.strip(), token.strip()
    if not name or len(name) > 60:
        raise CannotConnect("name", "bad_name")
    if LabelStudioServer.objects.filter(name=name).exists():
        raise CannotConnect("name", "name_taken")
    server = LabelStudioServer(
        name=name,
        url=_checked_url(url),
        our_url=_checked_ours(our_url),
        created_by=actor if isinstance(actor, User) else None,
    )
    _seal(server, token)
    server.save()
    server.stores.set(stores)
    _record(actor, "label_studio.connect", server)
    return server


@transaction.atomic
def server_change(*, actor: Any, server: LabelStudioServer, our_url: str, token: str = "") -> None:
    """Another address of ours, another token (empty: as before). Raises CannotConnect.

    The next exchange has every project there call the new address.
    """
    before, server.our_url = server.our_url, _checked_ours(our_url)
    if before != server.our_url:
        server.projects.update(hook_id=None)
    if token.strip():
        _seal(server, token.strip())
    server.save(update_fields=["our_url", "sealed_token", "seal_version"])
    _record(actor, "label_studio.change", server)


@transaction.atomic
def server_forget(*, actor: Any, server: LabelStudioServer, destroyed: bool = False) -> None:
    """Raises CannotConnect while texts are there: whoever is erased later must be found there.

    `destroyed`: whoever asks says that the server is gone for good, and its data with it. Believed
    only while it does not answer.
    """
    there = LabelStudioTask.objects.filter(project__server=server, remote_id__isnull=False).count()
    if there and not (destroyed and server.trouble):
        raise CannotConnect("server", "texts_there")
    _record(actor, "label_studio.forget", server, **({"destroyed_tasks": there} if there else {}))
    server.projects.all().delete()
    server.delete()


def client_for(server: LabelStudioServer) -> Client:
    """Raises LabelStudioError when the token cannot be opened."""
    try:
        token = _opened(server)
    except SealBroken:
        raise LabelStudioError("token_lost") from None
    return Client(server.url, token, private=settings.VERBATIM_LABEL_STUDIO_PRIVATE)


def server_trouble(server: LabelStudioServer, error: LabelStudioError | None) -> None:
    """Remember that the exchange with it failed, or works again."""
    code = error.code if error is not None else ""
    if code == server.trouble:
        return
    server.trouble_since = None if not code else server.trouble_since or timezone.now()
    server.trouble = code
    server.save(update_fields=["trouble", "trouble_since"])


def _opened(server: LabelStudioServer) -> str:
    for last in (False, True):
        if server.sealed_token is None:
            break
        try:
            identity = token_identity(server.row)
            [plain] = key_ring().open([(bytes(server.sealed_token), identity)])
            return plain.decode()
        except KeyGone:
            # Sealed anew by a rotation since the row was read.
            if last:
                break
            server.refresh_from_db(fields=["sealed_token", "seal_version"])
    raise LabelStudioError("token_lost")


def _seal(server: LabelStudioServer, token: str) -> None:
    if not token or len(token) > _LONGEST_TOKEN or not token.isascii() or " " in token:
        raise CannotConnect("token", "bad_token")
    sealed = seal_text(text=token, row=token_identity(server.row))
    server.sealed_token, server.seal_version = sealed.blob, sealed.version


def _checked_url(url: str) -> str:
    """Refuses what must not be asked; a server that is down may be connected all the same."""
    try:
        resolved(url.strip(), private=settings.VERBATIM_LABEL_STUDIO_PRIVATE)
    except BadAddress as error:
        raise CannotConnect("url", error.code) from None
    except ServerDown:
        pass
    return url.strip().rstrip("/")


def _checked_ours(url: str) -> str:
    try:
        split(url.strip())
    except BadAddress as error:
        raise CannotConnect("our_url", error.code) from None
    return url.strip().rstrip("/")


def _record(actor: Any, action: str, server: LabelStudioServer, **details: int) -> None:
    audit_record(
        actor=actor,
        action=action,
        object_type="label_studio_server",
        object_id=server.pk,
        details=details,
    )
