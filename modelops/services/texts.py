"""Texts made safe in this process: for workers, commands and the text service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from privacy.redaction.engine import Redaction


def redactions(texts: Sequence[str]) -> list[Redaction]:
    """What stands in the place of each text, with the spans that were replaced."""
    from reviews.redacting import engine

    return engine().redact_many(list(texts))


def redacted(texts: Sequence[str]) -> list[str]:
    """The texts with placeholders for personal data, in order."""
    return [found.text for found in redactions(texts)]
