"""Keyed hashes of people's identifiers, by a secret with versions.

Version n is HMAC-SHA256 under key n of the hash of version n - 1, and version 1 that of the
identifier itself. So a stored hash is lifted to a new key without knowing the identifier, all at
once and in the background; and whoever got hold of an old key can try nothing out on the new
hashes. Old keys stay where they are: they are needed to compute, and useless alone.
"""

from __future__ import annotations

from privacy.vault.keyed import keyed_hash
from privacy.vault.secrets import VersionedSecret


class Identifiers:
    """Hashes under one secret."""

    def __init__(self, secret: VersionedSecret) -> None:
        self.secret = secret

    def version(self) -> int:
        return self.secret.current()

    def digest(self, value: str, version: int | None = None) -> str:
        """The hash of an identifier under `version`, the current one by default."""
        return self.lift(value, 0, version or self.version())

    def lift(self, digest: str, version: int, to: int) -> str:
        """The hash `digest` of `version` as it is in version `to`. Raises ValueError backwards."""
        if to < version:
            raise ValueError(f"a hash of version {version} cannot be brought back to {to}")
        for step in range(version + 1, to + 1):
            digest = keyed_hash(self.secret.value(step), digest)
        return digest
