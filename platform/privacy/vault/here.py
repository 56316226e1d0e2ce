"""The keys of this installation, as its settings say."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from common.environment import BadSetting
from privacy.vault.file_masters import FileMasterKeys
from privacy.vault.identity import Identifiers
from privacy.vault.keystore import KeyStore
from privacy.vault.ledger import Ledger
from privacy.vault.masters import MasterKeys
from privacy.vault.pkcs11_masters import Pkcs11MasterKeys
from privacy.vault.ring import KeyRing
from privacy.vault.secrets import VersionedSecret


def keys_folder() -> Path:
    """Where keys lie: outside the database, and not to be put into its backups."""
    return Path(settings.VERBATIM_KEYS)


@lru_cache(maxsize=1)
def key_ring() -> KeyRing:
    return KeyRing(_masters(), KeyStore(keys_folder() / "data-keys.sqlite3"))


@lru_cache(maxsize=1)
def ledger() -> Ledger:
    return Ledger(keys_folder() / "erasures.jsonl", secret("ledger"))


@lru_cache(maxsize=8)
def secret(name: str) -> VersionedSecret:
    return VersionedSecret(settings.VERBATIM_HOME, name)


def shopper_ids() -> Identifiers:
    """Hashes under which shoppers are known."""
    return Identifiers(secret("shopper"))


def joining_ids() -> Identifiers:
    """Hashes by which what shoppers did is joined to them: of a key of its own, so that neither
    side alone tells who on the other side it belongs to.
    """
    return Identifiers(secret("joining"))


def _masters() -> MasterKeys:
    if not settings.VERBATIM_PKCS11_MODULE:
        return FileMasterKeys(keys_folder() / "master")
    path = settings.VERBATIM_PKCS11_PIN_FILE
    try:
        pin = Path(path).read_text().strip()
    except OSError as error:
        raise BadSetting(
            f"VERBATIM_PKCS11_PIN_FILE is {path!r}, which cannot be read ({error.strerror})"
        ) from error
    return Pkcs11MasterKeys(settings.VERBATIM_PKCS11_MODULE, settings.VERBATIM_PKCS11_TOKEN, pin)
