"""What other parts may read of privacy."""

from privacy.selectors.audit import audit_entries, audit_verify
from privacy.selectors.erasures import erased_digests

__all__ = ["audit_entries", "audit_verify", "erased_digests"]
