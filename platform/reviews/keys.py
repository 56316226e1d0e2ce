"""Keys of the keyed hashes. They live beside the database, never in it."""

from __future__ import annotations

from django.conf import settings

KEY_VERSION = 1


def shopper_key() -> str:
    return str(settings.VERBATIM_HOME.secret(f"shopper.{KEY_VERSION}.key"))


def content_key() -> str:
    return str(settings.VERBATIM_HOME.secret("content.key"))
