from privacy.models.audit import AuditEntry
from privacy.models.erasures import ErasedDigest, Erasure

__all__ = ["AuditEntry", "ErasedDigest", "Erasure"]
