from __future__ import annotations

from pathlib import Path

import pytest

from modelops.ml.training import TrainResult, train_encoder

from . import tiny


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.base_folder(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="session")
def trained(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> TrainResult:
    """One model trained on both questions and mentions, shared by the tests that only read it."""
    home = tmp_path_factory.mktemp("trained")
    return train_encoder(
        tiny.reviews(200, 1),
        tiny.reviews(60, 2),
        tiny.reviews(40, 3),
        tiny.QUESTIONS,
        tiny.QUICK,
        home / "model",
        base=str(tiny_base),
        cache_dir=home / "cache",
    )
