"""From a frame and a design to what is drawn: fetches what the design needs to know."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from annotation.designs import AGAINST, DRAWN, Design
from annotation.frames import BadBatch, Frame
from annotation.models import Choice, Question, SamplingDesign
from annotation.scores import Probabilities, Scores, scores
from annotation.selectors.disputed import disagreement_of_people
from annotation.selectors.frames import STRATA, frame_ids, hits_of, strata_of
from annotation.selectors.fresh_labels import labelled_ids
from annotation.services.sampling import CannotDraw, Drawn
from annotation.services.sampling.diverse import diverse
from annotation.services.sampling.pointed import disagreement, keyword
from annotation.services.sampling.stratified import ALLOCATIONS, stratified
from annotation.services.sampling.uncertain import MEASURES, uncertain, uncertainty
from annotation.services.sampling.uniform import uniform

_LOOKED_AT = (
    20_000  # reviews, drawn at random, of a larger frame that is embedded or read word by word
)
_CHUNK = 5000
_SENTIMENT = "sentiment"


def design_check(design: Design) -> None:
    """Raises BadBatch for options that cannot be."""
    if design.name not in DRAWN:
        raise BadBatch("design", f"choose one of {', '.join(DRAWN)}")
    allowed = {
        "strata": tuple(STRATA),
        "allocation": ALLOCATIONS,
        "measure": MEASURES,
        "against": AGAINST,
    }
    for option, values in allowed.items():
        if getattr(design, option) not in values:
            raise BadBatch(option, f"choose one of {', '.join(values)}")
    if design.question and not Question.objects.filter(active=True, key=design.question).exists():
        raise BadBatch("question", "there is no such question")
    if design.name == SamplingDesign.KEYWORD and not any(one.strip() for one in design.words):
        raise BadBatch("words", "give at least one word or phrase to look for")


def frame_draw(frame: Frame, design: Design, size: int, seed: int) -> tuple[Drawn, int]:
    """What the design draws, and the size of the frame it drew from. Raises BadBatch."""
    ids = frame_ids(frame)
    if not ids:
        raise BadBatch("frame", "no review fits; choose other stores, days or languages")
    try:
        return _drawn(ids, frame, design, size, seed), len(ids)
    except CannotDraw as error:
        raise BadBatch(error.option, str(error)) from error


def _drawn(ids: list[int], frame: Frame, design: Design, size: int, seed: int) -> Drawn:
    match design.name:
        case SamplingDesign.STRATIFIED:
            return _stratified(ids, frame, design, size, seed)
        case SamplingDesign.UNCERTAINTY:
            unsure = _unsure(ids, design)
            return uncertain(unsure, size, seed, design.explored, design.sharpness)
        case SamplingDesign.DIVERSITY:
            placed, vectors = _asked().embeddings(_some(ids, seed))
            return diverse(placed, vectors, size, seed)
        case SamplingDesign.KEYWORD:
            return keyword(hits_of(frame, design.words), size, seed)
        case SamplingDesign.DISAGREEMENT:
            return disagreement(_apart(ids, design, seed), size, seed)
        case _:
            return uniform(ids, size, seed)


def _stratified(ids: list[int], frame: Frame, design: Design, size: int, seed: int) -> Drawn:
    strata = strata_of(frame, design.strata)
    # A review may have come between the two looks; the frame is what was counted.
    strata = {pk: strata[pk] for pk in ids if pk in strata}
    spreads = _spreads(strata, design) if design.allocation == "neyman" else {}
    return stratified(strata, size, seed, design.allocation, spreads)


def _asked() -> Scores:
    found = scores()
    if found is None:
        raise CannotDraw("design", "no model answers here; use a design that needs none")
    return found


def _said(ids: Collection[int]) -> Iterator[tuple[int, Probabilities]]:
    """What the model said of each it has answered, some at a time: a frame may be a million."""
    asked, wanted, some = _asked(), list(ids), False
    for start in range(0, len(wanted), _CHUNK):
        for said in asked.probabilities(wanted[start : start + _CHUNK]).items():
            some = True
            yield said
    if not some:
        raise CannotDraw(
            "design",
            "the model has answered nothing here yet; wait for it, or use a design that needs none",
        )


def _unsure(ids: list[int], design: Design) -> dict[int, float]:
    """How unsure the model is of each: about one question, or on average. What it has not
    answered is drawn with the share that is drawn uniformly."""
    degrees = dict.fromkeys(ids, 0.0)
    degrees |= {pk: _degree(said, design) for pk, said in _said(ids)}
    done = labelled_ids(ids) if design.passes_labelled else set()
    return degrees | dict.fromkeys(done, 0.0)


def _degree(said: Probabilities, design: Design) -> float:
    asked = [said[design.question]] if design.question in said else list(said.values())
    if design.question and design.question not in said:
        return 0.0
    degrees = [uncertainty(list(one.values()), design.measure) for one in asked]
    return sum(degrees) / len(degrees) if degrees else 0.0


def _spreads(strata: Mapping[int, str], design: Design) -> dict[str, float]:
    """The standard deviation of the polarity in each stratum, as the model expects it."""
    question = design.question or _SENTIMENT
    polarity = dict(
        Choice.objects.filter(question__key=question, question__active=True).values_list(
            "key", "polarity"
        )
    )
    first: dict[str, list[float]] = defaultdict(list)
    second: dict[str, list[float]] = defaultdict(list)
    for pk, answers in _said(strata):
        chances = answers.get(question)
        if chances:
            first[strata[pk]].append(sum(p * polarity.get(key, 0) for key, p in chances.items()))
            second[strata[pk]].append(
                sum(p * polarity.get(key, 0) ** 2 for key, p in chances.items())
            )
    return {one: max(0.0, _mean(second[one]) - _mean(first[one]) ** 2) ** 0.5 for one in first}


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _apart(ids: list[int], design: Design, seed: int) -> dict[int, float]:
    if design.against == "annotators":
        return disagreement_of_people(ids)
    return _asked().disagreement(_some(ids, seed), design.against)


def _some(ids: list[int], seed: int) -> list[int]:
    if len(ids) <= _LOOKED_AT:
        return ids
    return sorted(random.Random(seed).sample(ids, _LOOKED_AT))  # noqa: S311 - a sample, no secret
