"""What models know of reviews, for designs that draw by it: whoever has it registers here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Probabilities = Mapping[str, Mapping[str, float]]
"""By question the calibrated probability of each choice."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Three ways to ask a model about reviews, all by review id and about the current text.

    probabilities: what the model in charge answered; absent where it has not yet.
    embeddings: the ids it has placed, and an array [N, width] in their order.
    disagreement: the share, 0 to 1, of the questions that both answered about which the model in
    charge and another one (`against`, one of `others`) differ; absent where one of them is silent.
    """

    probabilities: Callable[[Collection[int]], dict[int, Probabilities]]
    embeddings: Callable[[Collection[int]], tuple[Sequence[int], Any]]
    disagreement: Callable[[Collection[int], str], dict[int, float]]
    others: tuple[str, ...] = ("lexicon", "shadow")


_known: dict[str, Scores] = {}


def register(name: str, scores: Scores) -> None:
    _known[name] = scores


def unregister(name: str) -> None:
    _known.pop(name, None)


def scores() -> Scores | None:
    """The scores that were registered last; None where no model is part of the product."""
    return next(reversed(_known.values()), None)
