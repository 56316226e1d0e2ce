"""What other parts may change through privacy. One idea a file."""

from privacy.services.auditing import audit_record
from privacy.services.erasing import Replayed, erasure_add, erasures_replay
from privacy.services.sealing import (
    MayNotOpen,
    Sealed,
    ToSeal,
    open_text,
    seal_spans,
    seal_text,
    seal_texts,
    shopper_key_destroy,
)
from privacy.vault.cipher import RowIdentity

__all__ = [
    "MayNotOpen",
    "Replayed",
    "RowIdentity",
    "Sealed",
    "ToSeal",
    "audit_record",
    "erasure_add",
    "erasures_replay",
    "open_text",
    "seal_spans",
    "seal_text",
    "seal_texts",
    "shopper_key_destroy",
]
