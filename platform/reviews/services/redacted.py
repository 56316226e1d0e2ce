"""What redaction hands to whoever stores it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from privacy.redaction.spans import Span


class Doubtful(NamedTuple):
    """A placeholder that somebody should look at: code points of the redacted text."""

    start: int
    end: int
    type: str
    score: float
    rule: str


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without personal data, how many pieces were taken out, and which are in doubt.

    spans: what was taken out, on the text before.
    """

    text: str
    placeholders: int
    doubts: tuple[Doubtful, ...] = ()
    spans: tuple[Span, ...] = ()

    def __reduce__(self) -> tuple[type[Redacted], tuple[object, ...]]:
        # Between processes: a third of the time that pickle takes by itself.
        return Redacted, (self.text, self.placeholders, self.doubts, self.spans)


# Texts in, redacted texts out, in order: the engine in a worker, the text service in the web.
Redact = Callable[[Sequence[str]], list[Redacted]]
