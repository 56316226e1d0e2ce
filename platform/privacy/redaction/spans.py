"""What the engine finds: a typed stretch of text, without the text itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

TYPES: Final[frozenset[str]] = frozenset(
    {
        "ADDRESS",
        "ALIPAY",
        "BANK_CARD",
        "EMAIL",
        "IBAN",
        "ID_CARD",
        "IP",
        "ORDER_NO",
        "PASSPORT",
        "PERSON",
        "PHONE",
        "PLATE",
        "QQ",
        "SOCIAL_HANDLE",
        "SSN",
        "TRACKING_NO",
        "URL_WITH_ID",
        "WECHAT",
    }
)
"""Every type of personal data there is a placeholder for."""


@dataclass(frozen=True, slots=True)
class Span:
    """One piece of personal data.

    start, end: code points of the input text, end exclusive, 0 <= start < end.
    type: one of TYPES.
    score: 0 to 1, how sure the rule is; not a calibrated probability.
    rule: name of the rule that decided, e.g. "phone.cn_mobile".

    The value is left out on purpose: a span may be logged or stored, its text may not.
    """

    start: int
    end: int
    type: str
    score: float
    rule: str


def check_types(names: object, what: str) -> None:
    """Raise ValueError if `names` holds a type that is not in TYPES."""
    unknown = sorted(str(name) for name in names if name not in TYPES)  # type: ignore[attr-defined]
    if unknown:
        raise ValueError(f"{what}: unknown type {', '.join(unknown)}; known: {sorted(TYPES)}")
