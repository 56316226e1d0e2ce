"""Whether intervals of agreement hold the truth, and how many planted mistakes the queue finds."""

from __future__ import annotations

import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from annotation.quality.agreement import alpha, kappa
from annotation.quality.consensus import dawid_skene, majority
from annotation.quality.spans import f1
from benchmarks.support.starter import plant, starter_set
from modelops.ml.errors import BaseModelUnavailable
from modelops.ml.label_errors import base_vectors, doubts
from modelops.splitting import near_identical
from taxonomy.questions import QUESTIONS

OPTIONS: dict[str, int | str] = {"runs": 500, "seeds": 3, "base": "e5-small"}
Say = Callable[[str], None]

_KNOWS = 0.85  # how often a simulated person knows the answer, else guesses
_SIZES = (30, 100, 400)  # reviews with two answers
_SHARE = 0.05  # of the labels are turned into mistakes
_MANY = 100_000


def run(options: Mapping[str, Any], say: Say, note: Say) -> dict[str, float]:
    figures: dict[str, float] = {}
    for size in _SIZES:
        figures |= _coverage(size, options["runs"])
        say(", ".join(f"{key} {value}" for key, value in figures.items() if f"_{size}" in key))
    figures |= _speed()
    figures |= _bold(options["seeds"])
    figures |= _planted(options["seeds"], options["base"], say, note)
    return figures


def _coverage(size: int, runs: int) -> dict[str, float]:
    """How often the intervals at 95 % hold the truth, which is known by construction."""
    dice, held = random.Random(size), {"alpha": 0, "kappa": 0, "f1": 0}
    # Two who know with _KNOWS and guess evenly otherwise agree beyond chance by its square; two
    # who find each of the same marks with it share its square of all, and F1 is _KNOWS.
    truth = {"alpha": _KNOWS**2, "kappa": _KNOWS**2, "f1": _KNOWS}
    for _ in range(runs):
        pairs = [_answers(dice) for _ in range(size)]
        found = {
            "alpha": alpha({at: dict(enumerate(pair)) for at, pair in enumerate(pairs)}),
            "kappa": kappa(pairs),
            "f1": f1(_marks(dice) for _ in range(size)),
        }
        for name, one in found.items():
            low, high = getattr(one, "low"), getattr(one, "high")  # noqa: B009 - two classes
            held[name] += low is not None and high is not None and low <= truth[name] <= high
    return {f"coverage_{name}_{size}": round(n / runs, 3) for name, n in held.items()}


def _answers(dice: random.Random) -> tuple[str, str]:
    right = dice.choice("abc")
    one, other = (right if dice.random() < _KNOWS else dice.choice("abc") for _ in range(2))
    return one, other


def _marks(dice: random.Random) -> tuple[set[tuple[int, int, str]], set[tuple[int, int, str]]]:
    there = [(9 * at, 9 * at + 5, "issue") for at in range(dice.choice((0, 1, 1, 2, 3)))]
    one, other = ({mark for mark in there if dice.random() < _KNOWS} for _ in range(2))
    return one, other


def _speed() -> dict[str, float]:
    dice = random.Random(1)
    rated = {at: dict(enumerate(_answers(dice))) for at in range(_MANY // 2)}
    begun = time.perf_counter()
    alpha(rated)
    return {"alpha_100k_answers_s": round(time.perf_counter() - begun, 2)}


def _bold(seeds: int) -> dict[str, float]:
    """Of answers without a majority, on which the model of Dawid and Skene is sure (.8): the share
    it has right. 300 reviews, six people who know 95 or 75 %, two or three answers a review."""
    figures = {}
    for voices in (2, 3):
        sure = right = 0
        for seed in range(1, seeds + 1):
            for answer, is_sure in _consensus(voices, seed):
                sure, right = sure + is_sure, right + (is_sure and answer)
        figures[f"consensus_sure_{voices}"] = sure
        figures[f"consensus_right_{voices}"] = round(right / max(1, sure), 3)
    return figures


def _consensus(voices: int, seed: int) -> Iterator[tuple[bool, bool]]:
    """Of each review without a majority: whether the model is right, and whether it is sure."""
    dice = random.Random(seed)
    knows = [dice.choice((0.95, 0.75)) for _ in range(6)]
    truth, said = {}, {}
    for at in range(300):
        truth[at] = dice.choice("abc")
        said[at] = {
            who: truth[at]
            if dice.random() < knows[who]
            else dice.choice([one for one in "abc" if one != truth[at]])
            for who in dice.sample(range(6), voices)
        }
    found = dawid_skene((at, who, key) for at, some in said.items() for who, key in some.items())
    for at, some in said.items():
        if majority(some.values()) is None:
            key, probability = found.answers[at]
            yield key == truth[at], probability >= 0.8


def _planted(seeds: int, base: str, say: Say, note: Say) -> dict[str, float]:
    """Of mistakes planted in the starter labels, the share in the first tenth of the queue."""
    examples = starter_set()
    groups = near_identical([one.text for one in examples])
    ways: dict[str, Any] = {"words": None}
    try:
        with tempfile.TemporaryDirectory() as folder:
            ways["embedded"] = base_vectors(
                [one.text for one in examples], base, _bases(Path(folder))
            )
    except BaseModelUnavailable as error:
        note(f"only by word counts: {error}")
    figures = {}
    for way, vectors in ways.items():
        found = total = 0
        for question in QUESTIONS:
            hits = planted = 0
            for seed in range(1, seeds + 1):
                made = plant(examples, question.key, _SHARE, seed)
                queue = doubts(made.examples, made.question, groups, vectors)
                # What the page shows of it: where another choice is more probable.
                first = {one.at for one in queue[: len(queue) // 10] if one.is_likelier}
                hits += len(first & made.wrong)
                planted += len(made.wrong)
            figures[f"found_{way}_{question.key}"] = round(hits / planted, 3)
            found, total = found + hits, total + planted
        figures[f"found_{way}"] = round(found / total, 3)
        say(f"{way}: {figures[f'found_{way}']} of the mistakes in the first tenth")
    return figures


def _bases(folder: Path) -> Path:
    """Base models that the caller's home has converted already, in a folder to throw away."""
    from django.conf import settings

    shutil.copytree(settings.VERBATIM_HOME.folder("bases"), folder, dirs_exist_ok=True)
    return folder
