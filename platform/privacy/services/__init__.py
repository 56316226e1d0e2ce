"""What other parts may change through privacy. One idea a file."""

from privacy.services.auditing import audit_link, audit_record
from privacy.services.erasing import Replayed, erasure_add, erasures_replay
from privacy.services.key_use import keys_in_use
from privacy.services.sealing import (
    LONGEST_REASON,
    MayNotOpen,
    NothingSealed,
    Opener,
    Sealed,
    ToSeal,
    may_open_originals,
    open_text,
    seal_spans,
    seal_text,
    seal_texts,
    sealed_key,
    shopper_key_destroy,
    spans_text,
    texts_opener,
)
from privacy.vault.cipher import RowIdentity

__all__ = [
    "LONGEST_REASON",
    "MayNotOpen",
    "NothingSealed",
    "Opener",
    "Replayed",
    "RowIdentity",
    "Sealed",
    "ToSeal",
    "audit_link",
    "audit_record",
    "erasure_add",
    "erasures_replay",
    "keys_in_use",
    "may_open_originals",
    "open_text",
    "seal_spans",
    "seal_text",
    "seal_texts",
    "sealed_key",
    "shopper_key_destroy",
    "spans_text",
    "texts_opener",
]
