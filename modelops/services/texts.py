"""Texts made safe in this process: for workers, commands and the text service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from privacy.redaction.engine import Redaction
    from reviews.redacting import Policed


def redactions(texts: Sequence[str]) -> list[Redaction]:
    """What stands in the place of each text, with the spans that were replaced."""
    from reviews.redacting import engine

    return engine().redact_many(list(texts))


def policed(texts: Sequence[str], policy: Mapping[str, Any]) -> list[Policed]:
    """The texts as they would be stored by a policy. Raises BadPolicy."""
    from reviews.redacting import by_policy
    from reviews.selectors.policies import Policy

    return by_policy(texts, Policy.from_json(policy))


def redacted(texts: Sequence[str]) -> list[str]:
    """The texts with placeholders for personal data, in order."""
    return [found.text for found in redactions(texts)]
