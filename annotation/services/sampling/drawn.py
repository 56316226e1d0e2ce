from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


class CannotDraw(ValueError):
    """The design cannot draw from this frame: `option` names what to change, the message how."""

    def __init__(self, option: str, message: str) -> None:
        super().__init__(message)
        self.option = option


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a design drew, in the order in which it is to be labelled.

    chances: the inclusion probability of each id, in (0, 1]; None where the design gives some of
    the frame no chance, or an unknown one. told: figures about the draw that are worth keeping.
    """

    ids: Sequence[int]
    chances: Mapping[int, float] | None
    told: Mapping[str, object] = field(default_factory=dict)
