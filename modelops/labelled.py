"""A labelled text on its way into a snapshot, wherever it came from."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass, replace

SPLITS = ("train", "dev", "test")  # from least to most held out

_NOT_WORD = re.compile(r"[\W_]+")

Mark = tuple[int, int, str, str]
"""(start, end, kind, scope): offsets in code points of the redacted text, end exclusive."""


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """One redacted text with its answers.

    `answers`: choice key by question key; unanswered questions are absent. `mentions` None:
    nobody marked mentions; empty: looked at, none found. `split` "": not drawn yet. `group`: rows
    of one group stay on one side of a split (a product, or near-identical texts).
    """

    text: str
    language: str
    answers: dict[str, str]
    mentions: tuple[Mark, ...] | None = None
    split: str = ""
    group: str = ""
    revision_id: int | None = None
    # Below 1: no person's answer, but a lexicon's; such rows are in train alone.
    weight: float = 1.0

    @property
    def row_hash(self) -> str:
        """SHA-256 of all that a model can learn from the row; the same row hashes the same."""
        marks = None if self.mentions is None else sorted(self.mentions)
        content: list[object] = [self.text, self.language, self.split]
        content += [sorted(self.answers.items()), marks]
        if self.weight != 1.0:
            content.append(self.weight)
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()

    def in_split(self, split: str) -> LabelledRow:
        return replace(self, split=split)


def plain(text: str) -> str:
    """The letters and digits of `text`, in one case and width; the text itself when it has none."""
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", text)).casefold() or text
