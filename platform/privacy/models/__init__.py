from privacy.models.audit import AuditEntry, AuditLink, AuditWaiting
from privacy.models.erasures import ErasedDigest, Erasure

__all__ = ["AuditEntry", "AuditLink", "AuditWaiting", "ErasedDigest", "Erasure"]
