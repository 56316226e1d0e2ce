from __future__ import annotations


class VaultError(Exception):
    """Sealing or opening did not work; the message names keys and rows, never a text."""


class KeyGone(VaultError):
    """The key is not in the store: destroyed by an erasure, or never made here."""


class KeyTooOld(KeyGone):
    """The key's version lies below the minimum: it was destroyed with a rotation."""


class SealBroken(VaultError):
    """The sealed bytes were changed, cut, or belong to another row."""


class WrapBroken(SealBroken):
    """A wrapped key was changed in the key store, or its master key is another one: what it sealed
    may be sound, and opens when the right store and master are put back."""


class KeyStoreUnavailable(VaultError):
    """The key store or the key service does not answer; nothing was sealed or opened."""
