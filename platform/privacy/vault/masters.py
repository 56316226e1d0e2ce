"""Master keys: what any key service has to do for us, and how it says that it cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A data key under a master key: the master's version, and what it made of the key."""

    master: int
    blob: bytes


class MasterKeys(Protocol):
    """Versions of one master key, which never leave the service where it is a real one.

    Versions count from 1. `context` names the data key and is bound to what is wrapped. Every
    implementation passes `tests/privacy/vault/masters_contract.py`. All raise KeyStoreUnavailable
    when the service does not answer.
    """

    def current(self) -> int:
        """The version that wraps now; the first one is made at first use."""

    def minimum(self) -> int:
        """The oldest version that still unwraps."""

    def wrap(self, items: Sequence[tuple[bytes, bytes]]) -> list[Wrapped]:
        """(key, context) of each, under the current version, in order."""

    def unwrap(self, items: Sequence[tuple[Wrapped, bytes]]) -> list[bytes]:
        """(wrapped, context) of each, in order.

        Raises KeyTooOld for a destroyed version, SealBroken for changed bytes or another context.
        """

    def rotate_to(self, version: int) -> None:
        """Make versions up to `version`; nothing happens when it is there already."""

    def destroy_below(self, version: int) -> None:
        """Destroy every version below `version`, for good. The current one cannot be destroyed:
        ValueError."""
