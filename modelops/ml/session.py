"""stub, being written: interface is final"""
from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from .spec import MentionSpec, Prediction, QuestionSpec


class Session:
    """A trained model folder, ready to answer; thread-safe; without torch."""

    questions: tuple[QuestionSpec, ...]
    mention_spec: MentionSpec | None
    fingerprint: str  # sha256 of model.json, which holds the hashes of the other files

    def __init__(self, folder: Path | str, *, threads: int = 1, token_budget: int = 512,
                 verify: bool = True) -> None:
        """raises ArtefactCorrupt"""
        raise NotImplementedError

    def predict(self, texts: Sequence[str], questions: Sequence[str] | None = None, *,
                mentions: bool = True) -> list[Prediction]:
        """original order; raises KeyError for an unknown question"""
        raise NotImplementedError

    def predict_proba(self, texts: Sequence[str], langs: Sequence[str]) -> dict[str, np.ndarray]:
        raise NotImplementedError
