"""stub, being written: interface is final"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .gate import Verdict
from .spec import Example, MentionSpec, Progress, QuestionSpec, TrainConfig


@dataclass(frozen=True, slots=True)
class TrainResult:
    artefact: Path                    # folder for Session(...)
    metrics: dict[str, Any]           # {"dev"|"test": {question: {n, accuracy, macro_f1, ece, per_label, by_lang}}, "mentions"}
    baselines: dict[str, Any]         # {"majority"|"lexicon"|"tfidf_lr": {question: {...same...}}} on dev
    verdict: Verdict                  # .passed, .failures
    hashes: dict[str, str]            # file name -> sha256
    timings: dict[str, float]         # seconds by phase, wall; "cpu_s" total
    base: dict[str, Any]              # name, origin, licence, checksum
    def to_dict(self) -> dict[str, Any]: ...


def train_encoder(train: Sequence[Example], dev: Sequence[Example], test: Sequence[Example] | None,
                  questions: Sequence[QuestionSpec], config: TrainConfig, out_dir: Path, *,
                  base: str = "e5-small", cache_dir: Path, mention_spec: MentionSpec | None = None,
                  progress: Progress | None = None, checkpoint_dir: Path | None = None) -> TrainResult:
    """raises BaseModelUnavailable, NotEnoughData; whatever progress raises"""
    raise NotImplementedError
