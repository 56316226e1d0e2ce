from __future__ import annotations

from collections.abc import Iterable

from privacy.models import ErasedDigest


def erased_digests(*, store: int, kind: str, digests: Iterable[str]) -> set[str]:
    """Those of `digests` that belong to somebody erased.

    Give the hashes under every version of the key (`reviews.keys.shopper_digests`): a rotation may
    not have come to the row yet.
    """
    found = ErasedDigest.objects.filter(store=store, kind=kind, digest__in=list(digests))
    return set(found.values_list("digest", flat=True))
