"""Master keys in files, for development and for a single machine without a key service."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privacy.vault import files
from privacy.vault.cipher import NONCE_BYTES, new_key
from privacy.vault.errors import KeyTooOld, WrapBroken
from privacy.vault.masters import Wrapped


class FileMasterKeys:
    """`FOLDER/VERSION.key`, 0600. Destroying one overwrites and removes its file."""

    def __init__(self, folder: Path) -> None:
        self._folder = files.private_folder(folder)
        self._values: dict[int, bytes] = {}

    def current(self) -> int:
        found = self._versions()
        if not found:
            self.rotate_to(1)
            return self._versions()[-1]
        return found[-1]

    def minimum(self) -> int:
        self.current()
        return self._versions()[0]

    def wrap(self, items: Sequence[tuple[bytes, bytes]]) -> list[Wrapped]:
        version = self.current()
        cipher = AESGCM(self._value(version))
        found = []
        for key, context in items:
            nonce = os.urandom(NONCE_BYTES)
            found.append(Wrapped(version, nonce + cipher.encrypt(nonce, key, context)))
        return found

    def unwrap(self, items: Sequence[tuple[Wrapped, bytes]]) -> list[bytes]:
        ciphers: dict[int, AESGCM] = {}
        found = []
        for wrapped, context in items:
            if wrapped.master not in ciphers:
                ciphers[wrapped.master] = AESGCM(self._value(wrapped.master))
            nonce, rest = wrapped.blob[:NONCE_BYTES], wrapped.blob[NONCE_BYTES:]
            try:
                found.append(ciphers[wrapped.master].decrypt(nonce, rest, context))
            except (InvalidTag, ValueError):
                raise WrapBroken("a wrapped key was changed in the key store") from None
        return found

    def rotate_to(self, version: int) -> None:
        found = self._versions()
        for one in range((found[-1] if found else 0) + 1, version + 1):
            files.write_new(self._path(one), new_key().hex().encode())

    def destroy_below(self, version: int) -> None:
        if version > self.current():
            raise ValueError("the current master key cannot be destroyed")
        for one in self._versions():
            if one < version:
                self._values.pop(one, None)
                # Another process may be at the same.
                if self._path(one).exists():
                    files.shred(self._path(one))

    def _versions(self) -> list[int]:
        stems = (path.stem for path in self._folder.glob("*.key"))
        return sorted(int(stem) for stem in stems if stem.isdecimal())

    def _value(self, version: int) -> bytes:
        path = self._path(version)
        # Asked each time: what another process destroyed is not used from memory here.
        try:
            if not path.exists():
                raise FileNotFoundError
            if version not in self._values:
                self._values[version] = bytes.fromhex(path.read_text())
        except (FileNotFoundError, ValueError):  # gone, or being overwritten right now
            self._values.pop(version, None)
            raise KeyTooOld(
                f"master key {version} was destroyed, or is not on this machine"
            ) from None
        return self._values[version]

    def _path(self, version: int) -> Path:
        return self._folder / f"{version}.key"
