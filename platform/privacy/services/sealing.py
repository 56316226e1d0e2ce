"""Sealing what must not be read, and opening it for a reason that is written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from privacy.vault.cipher import RowIdentity

PERMISSION = "privacy.open_original"


class MayNotOpen(PermissionError):
    """The person has not the privacy role, or gave no reason."""


@dataclass(frozen=True, slots=True)
class ToSeal:
    """A text, the key it belongs to (None: a key of its own), and the row it is sealed for."""

    text: str
    row: RowIdentity
    key: UUID | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """The bytes to store, the version to store beside them, and the key they need."""

    blob: bytes
    version: int
    key: UUID


def seal_texts(items: Sequence[ToSeal]) -> list[Sealed]:
    """Seal all of `items`, in order, inside the transaction that stores them.

    Raises KeyStoreUnavailable: nothing is sealed. Must be called inside `transaction.atomic()`.
    """
    raise NotImplementedError


def seal_text(*, text: str, row: RowIdentity, key: UUID | None = None) -> Sealed:
    """Seal one text; see `seal_texts`."""
    [sealed] = seal_texts([ToSeal(text, row, key)])
    return sealed


def open_text(
    *,
    actor: Any,
    reason: str,
    row: RowIdentity,
    object_type: str,
    object_id: object,
    fetch: Callable[[], bytes | None],
) -> str:
    """Open what `fetch` reads from its row, and leave a trace.

    Raises MayNotOpen without the role or a reason (that leaves a trace too), LookupError when the
    row holds nothing sealed, KeyGone, SealBroken.
    """
    raise NotImplementedError


def seal_spans(
    *, text: str, spans: Iterable[Any], row: RowIdentity, key: UUID | None = None
) -> Sealed:
    """Seal only the pieces `spans` (with start, end, type) of `text`, as a JSON list."""
    raise NotImplementedError


def shopper_key_destroy(*, actor: Any, keys: Iterable[UUID]) -> int:
    """Destroy the keys of shoppers, or of single reviews: what they sealed opens no more.

    `Shopper.uid` is a shopper's key. Returns how many there were. At once and for good, whatever
    becomes of the transaction around it.
    """
    raise NotImplementedError
