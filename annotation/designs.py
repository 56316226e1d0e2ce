"""A sampling design with its options, as it was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from annotation.models import SamplingDesign

# Those that somebody may ask for; the audit sample fills itself, and given labels were not drawn.
DRAWN = (
    SamplingDesign.UNIFORM,
    SamplingDesign.STRATIFIED,
    SamplingDesign.UNCERTAINTY,
    SamplingDesign.DIVERSITY,
    SamplingDesign.KEYWORD,
    SamplingDesign.DISAGREEMENT,
)
# Those that read what a model said of the whole frame: work for a worker.
BY_MODEL = (SamplingDesign.UNCERTAINTY, SamplingDesign.DIVERSITY, SamplingDesign.DISAGREEMENT)
# Those that give each review of the frame a known chance that is not 0.
WITH_CHANCES = (SamplingDesign.UNIFORM, SamplingDesign.STRATIFIED, SamplingDesign.UNCERTAINTY)
# Of an uncertainty design, found by `bench learning_curve`: with a sharpness of 1 a batch teaches
# hardly more than a uniform one; a fifth drawn at random keeps every weight at or below five
# times that of a uniform draw.
EXPLORED = 0.2
SHARPNESS = 4.0
AGAINST = ("lexicon", "shadow", "annotators")


@dataclass(frozen=True, slots=True)
class Design:
    """What a batch is drawn by; options that its design does not know are of no matter.

    strata, allocation: of a stratified design. question: whose answers count for uncertainty and
    for Neyman's allocation; empty: all of them, and sentiment. measure: margin or entropy.
    explored: share drawn uniformly. sharpness: above 1 the unsure are preferred more strongly.
    words: of a keyword design, any of them. against: whom the model in charge disagrees with, or
    `annotators` among each other. passes_labelled: of an uncertainty design, what people answered
    already comes by the uniform share alone.
    """

    name: str = SamplingDesign.UNIFORM
    strata: str = "language"
    allocation: str = "proportional"
    question: str = ""
    measure: str = "margin"
    explored: float = EXPLORED
    sharpness: float = SHARPNESS
    words: Sequence[str] = ()
    against: str = "lexicon"
    passes_labelled: bool = False

    @property
    def reads_models(self) -> bool:
        """Whether a model's answers about the whole frame are needed."""
        if self.name == SamplingDesign.STRATIFIED:
            return self.allocation == "neyman"
        return self.name in BY_MODEL

    def options(self) -> dict[str, Any]:
        """Those that matter to the design, for keeping."""
        wanted = {
            SamplingDesign.STRATIFIED: ("strata", "allocation"),
            SamplingDesign.UNCERTAINTY: (
                "question",
                "measure",
                "explored",
                "sharpness",
                "passes_labelled",
            ),
            SamplingDesign.KEYWORD: ("words",),
            SamplingDesign.DISAGREEMENT: ("against",),
        }
        names = wanted.get(SamplingDesign(self.name), ())
        if self.name == SamplingDesign.STRATIFIED and self.allocation == "neyman":
            names = (*names, "question")
        return {name: _plain(getattr(self, name)) for name in names}

    def as_arguments(self) -> dict[str, Any]:
        """As JSON, for a job."""
        return {name: _plain(value) for name, value in asdict(self).items()}

    @classmethod
    def from_arguments(cls, given: Mapping[str, Any]) -> Design:
        return cls(**given)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, list | tuple) else value
