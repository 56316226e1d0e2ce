"""Texts made safe in this process: for workers, commands and the text service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from privacy.redaction.engine import Redaction
    from reviews.redacting import Policed


class NoSuchSource(LookupError):
    """There is no source with this number."""


def redactions(texts: Sequence[str]) -> list[Redaction]:
    """What stands in the place of each text, with the spans that were replaced."""
    from reviews.redacting import engine

    return engine().redact_many(list(texts))


def policed(texts: Sequence[str], source_id: int) -> list[Policed]:
    """The texts as they would be stored by the policy of the source. Raises NoSuchSource."""
    from reviews.models import Source
    from reviews.redacting import by_policy
    from reviews.selectors.policies import policy_of

    source = Source.objects.filter(pk=source_id).first()
    if source is None:
        raise NoSuchSource
    return by_policy(texts, policy_of(source))


def redacted(texts: Sequence[str]) -> list[str]:
    """The texts with placeholders for personal data, in order."""
    return [found.text for found in redactions(texts)]
