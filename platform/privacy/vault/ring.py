"""Sealing and opening with envelope keys: a data key per shopper, wrapped by a master key."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from privacy.vault import cipher
from privacy.vault.cipher import RowIdentity
from privacy.vault.errors import KeyGone, KeyTooOld
from privacy.vault.keystore import KeyStore, Name, StoredKey
from privacy.vault.masters import MasterKeys, Wrapped

_TRIES = 4  # a rotation that runs at the same time costs one or two


@dataclass(frozen=True, slots=True)
class Plain:
    """What is to be sealed, with whose key, and for which row."""

    content: bytes
    key: UUID
    row: RowIdentity


class KeyRing:
    """Raises KeyStoreUnavailable from every method when store or key service do not answer."""

    def __init__(self, masters: MasterKeys, store: KeyStore) -> None:
        self.masters = masters
        self.store = store

    def seal(self, items: Sequence[Plain]) -> tuple[int, list[bytes]]:
        """The version of the keys, and the sealed bytes of each, in order."""
        for last in range(_TRIES - 1, -1, -1):
            version = self.store.generation()
            try:
                keys = self._keys((item.key, version) for item in items)
            except KeyTooOld:
                # The generation was raised, or a master destroyed, while we were at it.
                if not last:
                    raise
                continue
            return version, [
                cipher.seal(item.content, keys[item.key, version], item.key, version, item.row)
                for item in items
            ]
        raise AssertionError

    def open(self, items: Sequence[tuple[bytes, RowIdentity]]) -> list[bytes]:
        """Raises KeyGone, KeyTooOld, SealBroken: then none is opened."""
        heads = [cipher.head_of(sealed) for sealed, _ in items]
        minimum = self.store.minimum()
        for head in heads:
            if head.version < minimum:
                raise KeyTooOld(f"sealed with key version {head.version}, taken are {minimum} on")
        keys = self._existing((head.key, head.version) for head in heads)
        return [
            cipher.unseal(sealed, keys[head.key, head.version], row)
            for head, (sealed, row) in zip(heads, items, strict=True)
        ]

    def _existing(self, names: Iterable[Name]) -> dict[Name, bytes]:
        wanted = list(dict.fromkeys(names))
        for last in range(_TRIES - 1, -1, -1):
            stored = self.store.find(wanted)
            for key, version in wanted:
                if (key, version) not in stored:
                    raise KeyGone(f"key {key}, version {version}, is not in the key store")
            try:
                return self._unwrapped(stored)
            except KeyTooOld:
                # Wrapped anew since we looked, and the old master destroyed.
                if not last:
                    raise
        raise AssertionError

    def _keys(self, names: Iterable[Name]) -> dict[Name, bytes]:
        """The keys called `names`; those that are not there are made."""
        wanted = list(dict.fromkeys(names))
        stored = self.store.find(wanted)
        missing = [name for name in wanted if name not in stored]
        made = {name: cipher.new_key() for name in missing}
        wrapped = self.masters.wrap([(made[name], context(name)) for name in missing])
        own = dict(zip(missing, wrapped, strict=True))
        if own:
            kept = self.store.add([StoredKey(name, one) for name, one in own.items()])
            # Another process may have made the same key first: then its one counts.
            stored |= {name: one for name, one in kept.items() if one != own[name]}
            made = {name: key for name, key in made.items() if kept.get(name) == own[name]}
        return made | self._unwrapped(stored)

    def _unwrapped(self, stored: dict[Name, Wrapped]) -> dict[Name, bytes]:
        names = list(stored)
        keys = self.masters.unwrap([(stored[name], context(name)) for name in names])
        return dict(zip(names, keys, strict=True))

    def rewrap_some(self, limit: int) -> int:
        """Wrap up to `limit` data keys anew that an older master wraps. Returns how many."""
        current = self.masters.current()
        found = self.store.wrapped_below(current, limit)
        if found:
            names = [(one, context(one.name)) for one in found]
            keys = self.masters.unwrap([(one.wrapped, about) for one, about in names])
            wrapped = self.masters.wrap(
                [(key, about) for key, (_, about) in zip(keys, names, strict=True)]
            )
            self.store.rewrap(
                [StoredKey(one.name, new) for one, new in zip(found, wrapped, strict=True)]
            )
        return len(found)

    def destroy_masters_below(self, version: int) -> bool:
        """Destroy old master keys; False, and nothing done, while one still wraps a data key."""
        if not self.store.refuse_masters_below(version):
            return False
        self.masters.destroy_below(version)
        return True


def context(name: Name) -> bytes:
    """What binds a wrapped key to its name."""
    key, version = name
    return b"verbatim data key" + key.bytes + struct.pack(">I", version)
