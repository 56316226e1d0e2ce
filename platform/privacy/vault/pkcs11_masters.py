"""Master keys in a hardware security module, by PKCS#11 (OASIS, v2.40): they never leave it.

Most modules and the key services of clouds speak it, and so does SoftHSM, which the tests use. Keys
are AES-256, not extractable, labelled `NAME VERSION`; wrapping is AES-GCM inside the module.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from privacy.vault.cipher import KEY_BYTES, NONCE_BYTES
from privacy.vault.errors import KeyStoreUnavailable, KeyTooOld, WrapBroken
from privacy.vault.masters import Wrapped


class Pkcs11MasterKeys:
    """`module`: the vendor's library. `token`: the label of the token. `pin`: the user's PIN.

    One session a process, made anew after a fork; calls of several threads wait for each other.
    """

    def __init__(self, module: str, token: str, pin: str, name: str = "verbatim-master") -> None:
        self._module, self._token, self._pin, self._name = module, token, pin, name
        self._session: Any = None
        self._process = 0
        self._lock = threading.RLock()

    def current(self) -> int:
        with self._using() as session:
            found = self._versions(session)
            if not found:
                self._make(session, 1)
                return 1
            return max(found)

    def minimum(self) -> int:
        self.current()
        with self._using() as session:
            return min(self._versions(session))

    def wrap(self, items: Sequence[tuple[bytes, bytes]]) -> list[Wrapped]:
        version = self.current()
        with self._using() as session:
            key = self._versions(session)[version]
            found = []
            for content, context in items:
                nonce = os.urandom(NONCE_BYTES)
                found.append(Wrapped(version, nonce + _encrypt(key, content, nonce, context)))
            return found

    def unwrap(self, items: Sequence[tuple[Wrapped, bytes]]) -> list[bytes]:
        if not items:
            return []
        with self._using() as session:
            keys = self._versions(session)
            return [self._unwrapped(keys, wrapped, context) for wrapped, context in items]

    def rotate_to(self, version: int) -> None:
        with self._using() as session:
            found = self._versions(session)
            for one in range(max(found, default=0) + 1, version + 1):
                self._make(session, one)

    def destroy_below(self, version: int) -> None:
        if version > self.current():
            raise ValueError("the current master key cannot be destroyed")
        with self._using() as session:
            for one, key in self._versions(session).items():
                if one < version:
                    key.destroy()

    def _unwrapped(self, keys: dict[int, Any], wrapped: Wrapped, context: bytes) -> bytes:
        if wrapped.master not in keys:
            raise KeyTooOld(f"master key {wrapped.master} was destroyed, or is on another token")
        nonce, rest = wrapped.blob[:NONCE_BYTES], wrapped.blob[NONCE_BYTES:]
        return _decrypt(keys[wrapped.master], rest, nonce, context)

    def _versions(self, session: Any) -> dict[int, Any]:
        from pkcs11 import Attribute, KeyType, ObjectClass

        wanted = {Attribute.CLASS: ObjectClass.SECRET_KEY, Attribute.KEY_TYPE: KeyType.AES}
        found = {}
        for key in session.get_objects(wanted):
            name, _, version = key.label.rpartition(" ")
            if name == self._name and version.isdecimal():
                found[int(version)] = key
        return found

    def _make(self, session: Any, version: int) -> None:
        from pkcs11 import Attribute, KeyType

        session.generate_key(
            KeyType.AES,
            KEY_BYTES * 8,
            label=f"{self._name} {version}",
            store=True,
            template={
                Attribute.SENSITIVE: True,
                Attribute.EXTRACTABLE: False,
                Attribute.ENCRYPT: True,
                Attribute.DECRYPT: True,
            },
        )

    @contextmanager
    def _using(self) -> Iterator[Any]:
        from pkcs11.exceptions import PKCS11Error

        with self._lock:
            try:
                yield self._opened()
            except PKCS11Error as error:
                self._session = None
                raise KeyStoreUnavailable(
                    f"the key module {self._module}: {type(error).__name__}"
                ) from error

    def _opened(self) -> Any:
        import pkcs11

        if self._session is None or self._process != os.getpid():
            library = pkcs11.lib(self._module)
            if self._process not in (0, os.getpid()):
                library.reinitialize()
            token = library.get_token(token_label=self._token)
            self._session = token.open(rw=True, user_pin=self._pin)
            self._process = os.getpid()
        return self._session


def _encrypt(key: Any, content: bytes, nonce: bytes, context: bytes) -> bytes:
    from pkcs11 import GCMParams, Mechanism

    found: bytes = key.encrypt(
        content, mechanism=Mechanism.AES_GCM, mechanism_param=GCMParams(nonce, context, 128)
    )
    return found


def _decrypt(key: Any, content: bytes, nonce: bytes, context: bytes) -> bytes:
    from pkcs11 import GCMParams, Mechanism, exceptions

    # What a module answers to a wrong tag differs from one to the next.
    wrong = (
        exceptions.EncryptedDataInvalid,
        exceptions.EncryptedDataLenRange,
        exceptions.GeneralError,
        exceptions.FunctionFailed,
        exceptions.DataInvalid,
    )
    try:
        found: bytes = key.decrypt(
            content, mechanism=Mechanism.AES_GCM, mechanism_param=GCMParams(nonce, context, 128)
        )
    except wrong:
        raise WrapBroken("a wrapped key was changed in the key store") from None
    return found
