"""What a mention can be, and how the demand answer follows from the demand mentions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

KINDS: tuple[str, ...] = ("praise", "issue", "add", "improve", "remove", "keep")
DEMAND_KINDS: tuple[str, ...] = ("add", "improve", "remove", "keep")
SCOPES: tuple[str, ...] = ("product", "delivery", "service", "price", "platform", "other")
FLAGS: tuple[str, ...] = (
    "mixed",
    "irony",
    "unsure",
    "factual",
    "low_information",
    "incentivised",
    "recommends",
    "warns",
    "advice_to_buyers",
    "resolved",
    "personal_data",  # redaction left something that says who somebody is
)


def demand_from_mentions(kinds: Iterable[str]) -> str:
    """The answer to `product_demand` for mention kinds in the order of the text.

    The demand kind with most mentions; at a tie the one named first; `none` without any.
    """
    demands = [kind for kind in kinds if kind in DEMAND_KINDS]
    if not demands:
        return "none"
    # Counter keeps the order of first sight, and max takes the first of equals.
    counts = Counter(demands)
    return max(counts, key=lambda kind: counts[kind])
