"""The form of an API key's token: `vbt_<prefix>_<secret>`.

The secret has 256 random bits, so a fast hash is enough: there is nothing to guess that a slow one
would protect (NIST SP 800-63B, 5.1.1.2, asks for slow hashes of secrets that people choose).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

_MARK = "vbt"  # lets a scanner of logs and repositories recognise a leaked key


@dataclass(frozen=True, slots=True)
class Token:
    """What a caller shows. `prefix` names the key and is no secret; the repr leaves both out."""

    prefix: str
    secret: str

    def __repr__(self) -> str:
        return "Token(…)"

    def __str__(self) -> str:
        return f"{_MARK}_{self.prefix}_{self.secret}"

    @classmethod
    def new(cls) -> Token:
        return cls(secrets.token_hex(5), secrets.token_urlsafe(32))

    @classmethod
    def parse(cls, text: str) -> Token | None:
        """None for anything that is not of the form."""
        # The secret itself may hold underscores.
        pieces = text.split("_", 2)
        if len(pieces) != 3 or pieces[0] != _MARK or not pieces[1] or not pieces[2]:
            return None
        return cls(pieces[1], pieces[2]) if text.isascii() and len(text) < 200 else None

    @property
    def hash(self) -> str:
        """SHA-256 of the secret in hexadecimal."""
        return hashlib.sha256(self.secret.encode()).hexdigest()

    def matches(self, secret_hash: str) -> bool:
        """Compared in constant time."""
        return hmac.compare_digest(self.hash, secret_hash)
