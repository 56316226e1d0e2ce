"""Checkpoints of a run: one file, whole or absent, that a restarted run continues from."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from modelops.ml.files import dump_json
from modelops.ml.spec import Example, QuestionSpec, TrainConfig

NAME = "checkpoint.pt"


def run_key(
    train: Sequence[Example],
    dev: Sequence[Example],
    questions: Sequence[QuestionSpec],
    config: TrainConfig,
    base_checksum: str,
) -> str:
    """A hash of everything a run depends on: a checkpoint of another run is not continued."""
    rows = [
        [e.id, e.text, dict(e.answers), e.mentions, e.weight] for part in (train, dev) for e in part
    ]
    about = [rows, [asdict(q) for q in questions], asdict(config), base_checksum]
    return hashlib.sha256(dump_json(about).encode()).hexdigest()


def save(folder: Path, state: dict[str, Any]) -> None:
    """Write the state; a kill at any moment leaves the former checkpoint."""
    folder.mkdir(parents=True, exist_ok=True)
    scratch = folder / f"{NAME}.part"
    with scratch.open("wb") as stream:
        torch.save(state, stream)
        stream.flush()
        os.fsync(stream.fileno())
    scratch.replace(folder / NAME)


def load(folder: Path, key: str) -> dict[str, Any] | None:
    """The state of the same run (same `run_key`), or None."""
    path = folder / NAME
    if not path.is_file():
        return None
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, ValueError, EOFError):
        return None  # unreadable: better to train again than to fail for ever
    return state if state.get("key") == key else None


def clear(folder: Path) -> None:
    """Remove the checkpoint of a run that is done."""
    for name in (NAME, f"{NAME}.part"):
        (folder / name).unlink(missing_ok=True)
