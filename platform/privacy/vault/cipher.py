"""AES-256-GCM with the row's identity as associated data.

A sealed text is: format (1 byte) | key id (16) | key version (4) | nonce (12) | ciphertext and tag.
NIST SP 800-38D: 96-bit nonces, drawn at random, at most 2**32 texts a key. A data key here seals
the texts of one shopper.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privacy.vault.errors import SealBroken

KEY_BYTES = 32
NONCE_BYTES = 12
_FORMAT = 1
_HEAD = struct.Struct(f">B16sI{NONCE_BYTES}s")
_TAG_BYTES = 16
# Where the version stands in the sealed bytes; big-endian, so that bytes compare as numbers do.
VERSION_AT = 17
VERSION_BYTES = 4


@dataclass(frozen=True, slots=True)
class RowIdentity:
    """Which row a text is sealed for: it opens nowhere else.

    `row` is what names the row for good, known before it is written: `source id/external id`.
    """

    store: int
    table: str
    row: str

    def associated(self, version: int) -> bytes:
        # Lengths in front, so that no two identities write the same bytes.
        parts = (str(self.store), self.table, self.row, str(version))
        return b"".join(struct.pack(">I", len(part)) + part for part in map(str.encode, parts))


@dataclass(frozen=True, slots=True)
class Head:
    """What a sealed text says of its key."""

    key: UUID
    version: int
    nonce: bytes


def new_key() -> bytes:
    return AESGCM.generate_key(bit_length=KEY_BYTES * 8)


def version_bytes(version: int) -> bytes:
    """A key version as it stands in sealed bytes."""
    return struct.pack(">I", version)


def seal(plain: bytes, key: bytes, key_id: UUID, version: int, row: RowIdentity) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    head = _HEAD.pack(_FORMAT, key_id.bytes, version, nonce)
    return head + AESGCM(key).encrypt(nonce, plain, row.associated(version))


def head_of(sealed: bytes) -> Head:
    """Raises SealBroken."""
    if len(sealed) < _HEAD.size + _TAG_BYTES:
        raise SealBroken("the sealed text was cut short")
    form, key, version, nonce = _HEAD.unpack_from(sealed)
    if form != _FORMAT:
        raise SealBroken(f"the sealed text has the unknown form {form}")
    return Head(UUID(bytes=key), version, nonce)


def unseal(sealed: bytes, key: bytes, row: RowIdentity) -> bytes:
    """Raises SealBroken when a byte was changed or the text belongs to another row."""
    head = head_of(sealed)
    try:
        return AESGCM(key).decrypt(head.nonce, sealed[_HEAD.size :], row.associated(head.version))
    except InvalidTag:
        raise SealBroken("the sealed text was changed, or belongs to another row") from None
