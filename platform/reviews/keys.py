"""Keyed hashes. Their keys live beside the database, never in it."""

from __future__ import annotations

from django.conf import settings

from privacy.vault.here import joining_ids, shopper_ids


def shopper_version() -> int:
    """The version of the key that shoppers' hashes are made with now."""
    return shopper_ids().version()


def shopper_digest(identifier: str, version: int | None = None) -> str:
    """The hash a shopper is known by: 64 hexadecimal digits, under the current key by default."""
    return shopper_ids().digest(identifier, version)


def shopper_digests(identifiers: set[str], version: int) -> dict[str, list[str]]:
    """For each identifier its hashes under every key up to `version`, oldest first."""
    ids = shopper_ids()
    found: dict[str, list[str]] = {}
    for identifier in identifiers:
        digests = [identifier]
        for step in range(version):
            digests.append(ids.lift(digests[-1], step, step + 1))
        found[identifier] = digests[1:]
    return found


def joining_digest(identifier: str) -> str:
    """The hash by which events are joined to a shopper: of another key than the shopper's."""
    return joining_ids().digest(identifier)


def content_key() -> str:
    return str(settings.VERBATIM_HOME.secret("content.key"))
