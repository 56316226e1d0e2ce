"""Keeping the values of a company's lists: sealed where they are personal data, found by a hash.

They are sealed for the installation, not for a person: workers have to open all of them, and a
list of known customers is the company's own. The keys lie beside the database, never in it.
"""

from __future__ import annotations

import hashlib
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from privacy.redaction.fold import fold_key
from privacy.vault.keyed import keyed_hash

_NONCE: Final = 12  # bytes; NIST SP 800-38D
_SEAL_KEY: Final = "lists.1.key"
_HASH_KEY: Final = "lists-hash.1.key"


class ListedValueBroken(Exception):
    """A sealed value does not open: another key, another row, or changed bytes."""


def value_hash(value: str) -> str:
    """The same for spellings that differ in width, case or spaces only; keyed."""
    return keyed_hash(settings.VERBATIM_HOME.secret(_HASH_KEY), fold_key(value))


def value_seal(value: str, *, row: str) -> bytes:
    """`value`, to be opened again only for the same `row` (a name of where it is stored)."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(_key()).encrypt(nonce, value.encode(), row.encode())


def value_open(sealed: bytes, *, row: str) -> str:
    """What was sealed for `row`. Raises ListedValueBroken."""
    try:
        plain = AESGCM(_key()).decrypt(sealed[:_NONCE], sealed[_NONCE:], row.encode())
    except InvalidTag:
        raise ListedValueBroken(f"the value kept for {row} does not open") from None
    return plain.decode()


def _key() -> bytes:
    return hashlib.sha256(settings.VERBATIM_HOME.secret(_SEAL_KEY).encode()).digest()
