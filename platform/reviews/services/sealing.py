"""Sealing of what is kept of files: AES-256-GCM under a key that is not in the database."""

from __future__ import annotations

import hashlib
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE = 12  # bytes (NIST SP 800-38D)


def _cipher() -> AESGCM:
    secret = settings.VERBATIM_HOME.secret("rejects.key")
    return AESGCM(hashlib.sha256(secret.encode()).digest())


def seal_text(text: str, place: str) -> bytes:
    """`text` sealed. `place` says where it lies: moved elsewhere it cannot be opened."""
    nonce = os.urandom(_NONCE)
    return nonce + _cipher().encrypt(nonce, text.encode(), place.encode())


def open_text(sealed: bytes, place: str) -> str:
    """What was sealed for `place`. Raises cryptography.exceptions.InvalidTag otherwise."""
    nonce, rest = sealed[:_NONCE], sealed[_NONCE:]
    return _cipher().decrypt(nonce, rest, place.encode()).decode()
