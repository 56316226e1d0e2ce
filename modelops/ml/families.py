"""The seam between model families: one interface, found by name.

To add a family: write a class with `train` and `load` (see `Family`), and name it in `_MAKERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from .errors import FamilyUnavailable
from .session import Session
from .spec import Example, Prediction, QuestionSpec, TrainConfig
from .training import TrainResult, train_encoder


class Model(Protocol):
    """A trained model, whatever its family."""

    questions: tuple[QuestionSpec, ...]

    def predict(
        self,
        texts: Sequence[str],
        questions: Sequence[str] | None = None,
        *,
        mentions: bool = True,
    ) -> list[Prediction]:
        """One prediction per text, in the order given."""
        ...


class Family(Protocol):
    """What a family offers."""

    name: str

    def train(
        self,
        train: Sequence[Example],
        dev: Sequence[Example],
        test: Sequence[Example] | None,
        questions: Sequence[QuestionSpec],
        config: TrainConfig,
        out_dir: Path,
        **options: Any,
    ) -> TrainResult:
        """As `training.train_encoder`, whose options it takes."""
        ...

    def load(self, folder: Path, *, threads: int = 1) -> Model:
        """Open a folder that `train` wrote. Raises ArtefactCorrupt."""
        ...


class Encoder:
    """BERT-type: one shared encoder, a head per question, token heads for mentions."""

    name = "encoder"

    def train(
        self,
        train: Sequence[Example],
        dev: Sequence[Example],
        test: Sequence[Example] | None,
        questions: Sequence[QuestionSpec],
        config: TrainConfig,
        out_dir: Path,
        **options: Any,
    ) -> TrainResult:
        """See `training.train_encoder`."""
        return train_encoder(train, dev, test, questions, config, out_dir, **options)

    def load(self, folder: Path, *, threads: int = 1) -> Model:
        """See `session.Session`."""
        return Session(folder, threads=threads)


def _absent(name: str, why: str) -> Callable[[], Family]:
    def refuse() -> Family:
        raise FamilyUnavailable(f"{name}: {why} Use the family encoder.")

    return refuse


_MAKERS: dict[str, Callable[[], Family]] = {
    "encoder": Encoder,
    "causal": _absent("causal", "GPT-type models cannot be trained in this version."),
    "seq2seq": _absent("seq2seq", "T5-type models cannot be trained in this version."),
}


def names() -> tuple[str, ...]:
    """Every family that has a name here, trainable or not."""
    return tuple(_MAKERS)


def get(name: str) -> Family:
    """The family. Raises FamilyUnavailable for an unknown one or one that cannot run here."""
    if name not in _MAKERS:
        raise FamilyUnavailable(f"no family {name!r}; there are {', '.join(_MAKERS)}")
    return _MAKERS[name]()
