"""What other parts may read of privacy."""

from privacy.selectors.erasures import erased_digests

__all__ = ["erased_digests"]
