"""Sealing what must not be read, and opening it for a reason that is written down."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID, uuid4

from django.db import transaction

from privacy.services.auditing import audit_record
from privacy.services.key_use import keys_in_use
from privacy.vault.cipher import RowIdentity, head_of
from privacy.vault.errors import KeyGone, VaultError
from privacy.vault.here import key_ring
from privacy.vault.ring import Plain

PERMISSION = "privacy.open_original"
_SHORTEST_REASON = 5  # characters
LONGEST_REASON = 300
_TRIES = 5


def may_open_originals(actor: Any) -> bool:
    """Whether `actor` may open what is sealed at all: never a program, nor nobody."""
    has_perm = getattr(actor, "has_perm", None)
    return bool(has_perm is not None and has_perm(PERMISSION))


class MayNotOpen(PermissionError):
    """The person has not the privacy role, or gave no reason."""


class NothingSealed(LookupError):
    """The row holds no sealed original: the policy of its source drops them."""


class SpanLike(Protocol):
    """A piece of a text: code points from `start`, before `end`, and what type it is of."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def type(self) -> str: ...


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

    Raises KeyStoreUnavailable: nothing is sealed. Raises TransactionManagementError outside
    `transaction.atomic()`: a rotation waits for transactions that have sealed, so that no key is
    destroyed before what it sealed is stored and sealed anew.
    """
    if not items:
        return []
    keys_in_use()
    plain = [Plain(item.text.encode(), item.key or uuid4(), item.row) for item in items]
    version, blobs = key_ring().seal(plain)
    return [Sealed(blob, version, one.key) for blob, one in zip(blobs, plain, strict=True)]


def seal_text(*, text: str, row: RowIdentity, key: UUID | None = None) -> Sealed:
    """Seal one text; see `seal_texts`."""
    [sealed] = seal_texts([ToSeal(text, row, key)])
    return sealed


def spans_text(text: str, spans: Iterable[SpanLike]) -> str:
    """What is sealed when only the pieces are: a JSON list of [start, end, type, piece], by start.

    For many at once: `seal_texts([ToSeal(spans_text(text, spans), row, key), ...])`.
    """
    pieces = [[span.start, span.end, span.type, text[span.start : span.end]] for span in spans]
    return json.dumps(sorted(pieces), ensure_ascii=False)


def seal_spans(
    *, text: str, spans: Iterable[SpanLike], row: RowIdentity, key: UUID | None = None
) -> Sealed:
    """Seal only the pieces `spans` of `text`; `open_text` gives them as `spans_text` wrote them."""
    return seal_text(text=spans_text(text, spans), row=row, key=key)


def open_text(
    *,
    actor: Any,
    reason: str,
    row: RowIdentity,
    object_type: str,
    object_id: object,
    fetch: Callable[[], bytes | None],
) -> str:
    """Open what `fetch` reads from its row, and leave a trace, which is committed before.

    `fetch` is called again when a rotation sealed the row anew meanwhile. Raises MayNotOpen
    without the permission or a reason (refusals leave a trace too), NothingSealed, KeyGone for
    what was erased, SealBroken. Not to be called inside a transaction: the trace must stay
    whatever happens next.
    """
    what = {"object_type": object_type, "object_id": object_id}
    given = _allowed(actor, reason, what)
    try:
        text = _opened(row, fetch)
    except VaultError as error:
        _trace(actor, "original.fail", what, {"reason": given, "error": type(error).__name__})
        raise
    _trace(actor, "original.open", what, {"reason": given})
    return text


Opener = Callable[[Mapping[int, tuple[bytes, RowIdentity]]], dict[int, str]]
"""Opens some rows, by their keys; what was erased, or sealed anew meanwhile, is left out."""


def texts_opener(
    *, actor: Any, reason: str, object_type: str, object_id: object, rows: int
) -> Opener:
    """What opens many rows of one thing, a piece at a time; one trace, left now, says how many.

    So nobody has to hold all of them at once. Raises MayNotOpen as `open_text` does. Not to be
    called inside a transaction.
    """
    what = {"object_type": object_type, "object_id": object_id}
    given = _allowed(actor, reason, what)
    _trace(actor, "original.open", what, {"reason": given, "rows": rows})
    return _open_some


def _open_some(items: Mapping[int, tuple[bytes, RowIdentity]]) -> dict[int, str]:
    found: dict[int, str] = {}
    for key, item in items.items():
        try:
            [plain] = key_ring().open([item])
        except KeyGone:
            continue
        found[key] = plain.decode()
    return found


def _allowed(actor: Any, reason: str, what: dict[str, Any]) -> str:
    """The reason, as it is kept. Raises MayNotOpen, after a trace of the refusal."""
    given = " ".join(reason.split())[:LONGEST_REASON]
    if not may_open_originals(actor):
        _trace(actor, "original.refuse", what, {"why": "no permission"})
        raise MayNotOpen("opening an original needs the role of privacy officer")
    if len(given) < _SHORTEST_REASON:
        _trace(actor, "original.refuse", what, {"why": "no reason"})
        raise MayNotOpen(f"say why, in {_SHORTEST_REASON} characters or more")
    return given


def shopper_key_destroy(*, actor: Any, keys: Iterable[UUID]) -> int:
    """Destroy the keys of shoppers, or of single reviews: what they sealed opens no more.

    `Shopper.uid` is a shopper's key. Returns how many there were. At once and for good, whatever
    becomes of the transaction around it.
    """
    wanted = list(keys)
    gone = key_ring().store.destroy(wanted)
    if wanted:
        audit_record(
            actor=actor,
            action="key.destroy",
            object_type="key",
            object_id=wanted[0],
            details={"asked": len(wanted), "destroyed": gone},
        )
    return gone


def sealed_key(blob: bytes | memoryview) -> UUID:
    """Whose key a sealed text needs. Raises SealBroken."""
    return head_of(bytes(blob)).key


def _opened(row: RowIdentity, fetch: Callable[[], bytes | None]) -> str:
    blob = fetch()
    for _ in range(_TRIES):
        if blob is None:
            raise NothingSealed("there is no sealed original: the source's policy drops them")
        try:
            [plain] = key_ring().open([(bytes(blob), row)])
        except KeyGone:
            again = fetch()
            if again is None or bytes(again) == bytes(blob):
                raise
            blob = again
        else:
            return plain.decode()
    raise KeyGone("the row was sealed anew again and again; try once more")


def _trace(actor: Any, action: str, what: dict[str, Any], details: dict[str, Any]) -> None:
    with transaction.atomic(durable=True):
        audit_record(actor=actor, action=action, details=details, **what)
