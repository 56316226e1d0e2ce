"""The erasure ledger: who was erased, kept outside the database, so that a restore does not undo it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from privacy.models import Erasure


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay did: erasures in the ledger, those done again, keys destroyed again."""

    known: int
    replayed: int
    keys: int


def erasure_add(
    *,
    actor: Any,
    kind: str,
    store: int,
    keys: Sequence[UUID] = (),
    digests: Sequence[str] = (),
    details: dict[str, Any] | None = None,
) -> Erasure:
    """Write into the ledger that somebody or something is erased, before it is.

    `kind`: "shopper" or "review" (or what another app registered). `store`: the store's id.
    `keys`: `Shopper.uid`s, or the keys of single reviews; they are destroyed. `digests`: keyed
    hashes (`reviews.keys`) of the identifiers, so that they can be known again. `details`: ids and
    codes that the handler of this kind needs to erase again; never a text or an identifier.
    """
    raise NotImplementedError


def erasures_replay(*, actor: Any) -> Replayed:
    """Erase again, after a restore, everybody the ledger outside the database knows of."""
    raise NotImplementedError
