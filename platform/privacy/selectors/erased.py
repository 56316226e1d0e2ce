from __future__ import annotations

from privacy.models import ErasedDigest
from privacy.selectors.erasures import erased_digests

__all__ = ["anybody_erased", "erased_digests"]


def anybody_erased(*, store: int) -> bool:
    """Whether anybody was ever erased from the store (its id): asked before looking closer."""
    return ErasedDigest.objects.filter(store=store).exists()
