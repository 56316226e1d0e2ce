"""From labelled reviews to a model folder: the one call that an application makes."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import evaluation
from .baselines.lexicon import Lexicon
from .baselines.majority import Majority
from .baselines.tfidf import TfidfLogistic
from .errors import NotEnoughData
from .evaluation import Predictor
from .gate import Verdict, judge
from .metrics import Scores
from .spec import Example, MentionSpec, Progress, QuestionSpec, TrainConfig

if TYPE_CHECKING:
    from .encoder.run import EncoderRun

_FEWEST_TRAIN, _FEWEST_DEV = 20, 10  # labelled rows per question


@dataclass(frozen=True, slots=True)
class TrainResult:
    """What came of a run.

    `artefact`: the folder for `Session`. `metrics`: by split ("dev", and "test" where given), then
    by question; under "mentions" the span scores. `baselines`: by name, then by question, on dev.
    `hashes`: SHA-256 by file name. `timings`: wall seconds by phase, "total_s", and "cpu_s".
    `base`: name, origin, licence, checksum of the base model. `fit`: steps, epochs, history.
    """

    artefact: Path
    metrics: dict[str, Any]
    baselines: dict[str, Any]
    verdict: Verdict
    hashes: dict[str, str]
    timings: dict[str, float]
    base: dict[str, Any]
    fit: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return {
            "artefact": str(self.artefact),
            "metrics": self.metrics,
            "baselines": self.baselines,
            "verdict": self.verdict.to_dict(),
            "hashes": self.hashes,
            "timings": self.timings,
            "base": self.base,
            "fit": self.fit,
        }


class Clock:
    """Wall seconds by phase, and processor seconds of the whole."""

    def __init__(self) -> None:
        self._began, self._cpu = time.monotonic(), time.process_time()
        self.phases: dict[str, float] = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Count the block under `<name>_s`."""
        began = time.monotonic()
        try:
            yield
        finally:
            spent = time.monotonic() - began
            self.phases[f"{name}_s"] = round(self.phases.get(f"{name}_s", 0.0) + spent, 3)

    def read(self) -> dict[str, float]:
        """All phases, with `total_s` and `cpu_s`."""
        return self.phases | {
            "total_s": round(time.monotonic() - self._began, 3),
            "cpu_s": round(time.process_time() - self._cpu, 3),
        }


def check_data(
    train: Sequence[Example], dev: Sequence[Example], questions: Sequence[QuestionSpec]
) -> None:
    """Raises NotEnoughData (what is missing, what to do) or ValueError (a text in both splits)."""
    for question in questions:
        answers = [e.answers.get(question.key) for e in train]
        found = [a for a in answers if a is not None]
        if len(found) < _FEWEST_TRAIN or len(set(found)) < 2:
            raise NotEnoughData(
                f"{question.key}: {len(found)} labelled rows with {len(set(found))} different "
                f"choices in train; it takes {_FEWEST_TRAIN} rows and 2 choices. Label more."
            )
        held = sum(e.answers.get(question.key) is not None for e in dev)
        if held < _FEWEST_DEV:
            raise NotEnoughData(
                f"{question.key}: {held} labelled rows in dev, it takes {_FEWEST_DEV}. "
                "Move more rows into the dev split."
            )
    shared = {e.text for e in train} & {e.text for e in dev}
    if shared:
        raise ValueError(f"{len(shared)} texts are in train and in dev: {sorted(shared)[0]!r}, ...")


def by_people(train: Sequence[Example]) -> list[Example]:
    """The rows that a person labelled; a row of less weight is a lexicon's."""
    return [example for example in train if example.weight >= 1.0]


def fit_baselines(
    train: Sequence[Example],
    dev: Sequence[Example],
    questions: Sequence[QuestionSpec],
    seed: int = 13,
) -> dict[str, Predictor]:
    """majority, lexicon (VADER, and our Chinese lists), textblob, tfidf_lr; by name.

    They learn from people's labels alone: they stand for what can be had without more.
    """
    train = by_people(train)
    found: dict[str, Predictor] = {
        "majority": Majority(train, questions),
        "tfidf_lr": TfidfLogistic(train, dev, questions, seed),
    }
    for name, english in (("lexicon", "vader"), ("textblob", "textblob")):
        lexicon = Lexicon(questions, english)
        if lexicon.keys:
            found[name] = lexicon
    return found


def score_all(
    probs: Mapping[str, Any], examples: Sequence[Example], questions: Sequence[QuestionSpec]
) -> dict[str, Any]:
    """Scores by question, JSON-ready."""
    found: dict[str, Scores] = evaluation.scores(probs, examples, questions)
    return {key: scores.to_dict() for key, scores in found.items()}


def gate(
    candidate: Mapping[str, Any],
    baselines: Mapping[str, Mapping[str, Any]],
    dev: Sequence[Example],
    questions: Sequence[QuestionSpec],
) -> Verdict:
    """The verdict on dev from probabilities by question, see `gate.judge`."""
    return judge(
        {q.key: evaluation.gold(dev, q) for q in questions},
        [e.lang for e in dev],
        candidate,
        baselines,
        {q.key: len(q.choices) for q in questions},
    )


def train_encoder(
    train: Sequence[Example],
    dev: Sequence[Example],
    test: Sequence[Example] | None,
    questions: Sequence[QuestionSpec],
    config: TrainConfig,
    out_dir: Path,
    *,
    base: str = "e5-small",
    cache_dir: Path,
    mention_spec: MentionSpec | None = None,
    progress: Progress | None = None,
    checkpoint_dir: Path | None = None,
) -> TrainResult:
    """Fine-tune, calibrate, export, judge and describe a model; write it to `out_dir`.

    `out_dir` appears whole or not at all, and replaces a folder of that name. `mention_spec` None
    = the standard one when any training row has mentions (an empty list counts), else no token
    heads. With a `checkpoint_dir` a killed run continues where it was. `dev` chooses the epoch,
    the temperatures, int8 and the verdict; `test` is only ever scored.

    Raises BaseModelUnavailable, NotEnoughData, ValueError on bad data, and whatever `progress`
    raises (then nothing is written but checkpoints).
    """
    from .encoder.run import EncoderRun

    questions, clock = tuple(questions), Clock()
    check_data(by_people(train), dev, questions)
    if {e.text for e in train} & {e.text for e in dev}:
        raise ValueError("a text of a lexicon's row in train is also in dev")
    if mention_spec is None and any(e.mentions is not None for e in train):
        mention_spec = MentionSpec()
    with clock.phase("baselines"):
        simple = fit_baselines(train, dev, questions, config.seed)
        found = {n: evaluation.probabilities(p, dev, questions) for n, p in simple.items()}
    run = EncoderRun(
        questions, mention_spec, config, base=base, cache_dir=cache_dir, clock=clock.phase
    )
    fitted = run.fit(train, dev, progress, checkpoint_dir)
    splits = {"train": train, "dev": dev, "test": test or []}
    hashes, about = run.write(out_dir, splits, partial(_describe, run, splits, questions, found))
    if checkpoint_dir is not None:
        run.forget(checkpoint_dir)
    return TrainResult(
        artefact=out_dir,
        hashes=hashes,
        timings=clock.read(),
        base=run.base.describe(),
        fit=fitted,
        **about,
    )


def _describe(
    run: EncoderRun,
    splits: Mapping[str, Sequence[Example]],
    questions: Sequence[QuestionSpec],
    found: Mapping[str, Mapping[str, Any]],
    folder: Path,
) -> dict[str, Any]:
    """Scores, verdict and baselines (from their dev probabilities `found`) of a written model."""
    dev = splits["dev"]
    scored = run.score(folder, {name: splits[name] for name in ("dev", "test") if splits[name]})
    verdict = gate(scored.pop("probabilities"), found, dev, questions)
    baselines = {name: score_all(p, dev, questions) for name, p in found.items() if p}
    return {"metrics": scored, "verdict": verdict, "baselines": baselines}
