"""Redaction in this process: for workers and commands, never for the web process."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from reviews.services.storing import Redacted

if TYPE_CHECKING:
    from privacy.redaction.engine import Redactor


@lru_cache(maxsize=1)
def engine() -> Redactor:
    from privacy.redaction.full import full_redactor

    return full_redactor()


def redactor_version() -> str:
    from privacy.redaction.engine import REDACTOR_VERSION

    return REDACTOR_VERSION


def redact(texts: Sequence[str]) -> list[Redacted]:
    return [Redacted(found.text, len(found.spans)) for found in engine().redact_many(list(texts))]
