from privacy.models.audit import AuditEntry, AuditLink, AuditWaiting
from privacy.models.erasures import ErasedDigest, Erasure
from privacy.models.requests import PersonRequest
from privacy.models.retention import RetentionRule, RetentionRun

__all__ = [
    "AuditEntry",
    "AuditLink",
    "AuditWaiting",
    "ErasedDigest",
    "Erasure",
    "PersonRequest",
    "RetentionRule",
    "RetentionRun",
]
