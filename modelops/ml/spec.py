"""What goes into a training run and what comes out of a model: plain, immutable data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MENTION_KINDS = ("praise", "issue", "add", "improve", "remove", "keep")
MENTION_SCOPES = ("product", "delivery", "service", "price", "platform", "other")

Progress = Callable[[int, int, dict[str, float]], None]
"""`progress(step, total, metrics)`, called after every optimiser step (metrics: loss, lr) and
after every epoch (also epoch, dev_macro_f1). It may raise to cancel; the error passes through."""


@dataclass(frozen=True, slots=True)
class QuestionSpec:
    """One question with one answer; probability rows follow the order of `choices`."""

    key: str
    choices: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.choices) < 2 or len(set(self.choices)) != len(self.choices):
            raise ValueError(f"question {self.key!r} needs two or more different choices")


@dataclass(frozen=True, slots=True)
class MentionSpec:
    """The kinds and scopes that a marked span can have."""

    kinds: tuple[str, ...] = MENTION_KINDS
    scopes: tuple[str, ...] = MENTION_SCOPES

    @property
    def tags(self) -> tuple[str, ...]:
        """BIO tags in the order of the token head's columns: O, B-kind1, I-kind1, B-kind2, ..."""
        return ("O", *(f"{p}-{kind}" for kind in self.kinds for p in "BI"))


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled text.

    `answers`: choice key per question key; an absent or None answer is not trained on.
    `mentions`: (start, end, kind, scope), offsets in code points of `text`, end exclusive.
    None = nobody marked mentions here (no loss); an empty list = looked at, none found.
    `weight`: multiplies the row's loss, > 0.
    """

    id: str
    text: str
    lang: str
    answers: Mapping[str, str | None]
    mentions: list[tuple[int, int, str, str]] | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question: calibrated probabilities by choice key (they sum to 1)."""

    label: str
    probabilities: dict[str, float]


@dataclass(frozen=True, slots=True)
class MentionSpan:
    """A span in code points of the text as given, end exclusive; `score` in (0, 1]."""

    start: int
    end: int
    kind: str
    scope: str
    score: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """Everything a model says about one text.

    `truncated`: the text had more tokens than the model reads; the end was not seen.
    `tokens`: tokens read, special ones included.
    """

    answers: dict[str, Answer]
    mentions: list[MentionSpan] = field(default_factory=list)
    truncated: bool = False
    tokens: int = 0

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return asdict(self)


@runtime_checkable
class Embedder(Protocol):
    """A model that can also say where it places texts.

    `width`: numbers of an embedding; None for a version that was exported without them.
    """

    width: int | None

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """[N, width], each of length 1; near means alike. Raises KeyError where width is None."""
        ...


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """Every knob of a fine-tuning run. The defaults suit about 1,000 reviews on two CPU cores.

    How long
        epochs: passes over the data at most; >= 1.
        token_budget: tokens (padding included) that training may process. Epochs are cut to it
            (never below one). Counting tokens and not seconds makes a run repeatable whatever
            else the machine does. None = epochs alone decide.
        max_seconds: wall seconds for the optimisation; when they are used up the learning rate has
            reached zero and the run ends in order. None = no limit. Makes a run unrepeatable.
    What
        max_len: tokens read per text in training, special ones and prefix included.
        serve_max_len: the same when answering; longer texts are flagged as truncated.
        use_prefix: put the base model's prefix before every text. Off: after fine-tuning it told
            in nothing but the time its tokens take. Ignored by a base model without one.
        frozen_layers: lowest layers kept as they are, besides the word embeddings; >= 0, and never
            more than half of those a model has. Their output is computed once and reused in
            every epoch.
    How
        batch_size: texts per optimiser step.
        lr: peak learning rate of the top encoder layer.
        head_lr: peak learning rate of the heads.
        layer_decay: factor per layer downwards on `lr`, 0 < x <= 1; 1 = no decay.
        weight_decay: decoupled (AdamW), on matrices only.
        warmup: share of steps with a rising learning rate; then linear decay to 0.
        dropout: before the heads. encoder_dropout: inside the encoder (slow on a CPU).
        label_smoothing: in [0, 1).
        class_weight_power: loss weight of a choice = (mean count / count) ** power; 0 = none,
            1 = fully balanced.
        mention_weight: factor of the mention loss beside the questions' losses.
            Ignored when no example has mentions.
        grad_clip: largest gradient norm.
        average: decay per step of the running mean of weights that is evaluated and saved
            (0 = the last weights; Polyak averaging). Ignored in the first steps, where the mean
            follows faster.
        seed: of every random number.
        threads: for torch and onnxruntime; 0 = what the library thinks.
        wide: add a linear model on hashed n-grams of tokens and Chinese characters to the
            encoder's answers, in the share that suits dev best.
    After
        int8: try dynamic int8; kept only behind its gate (agreement, macro-F1 on dev).
        keep_torch: also save the torch weights, to train on from them later.
        checkpoint_steps: steps between checkpoints, besides one per epoch; 0 = epochs only.
            Ignored without a checkpoint folder.
    """

    epochs: int = 10
    token_budget: int | None = 600_000
    max_seconds: float | None = None
    max_len: int = 128
    serve_max_len: int = 256
    use_prefix: bool = False
    frozen_layers: int = 6
    batch_size: int = 16
    lr: float = 5e-4
    head_lr: float = 2e-3
    layer_decay: float = 0.9
    weight_decay: float = 0.01
    warmup: float = 0.1
    dropout: float = 0.1
    encoder_dropout: float = 0.0
    label_smoothing: float = 0.05
    class_weight_power: float = 0.5
    mention_weight: float = 4.0
    grad_clip: float = 1.0
    average: float = 0.98
    seed: int = 13
    threads: int = 0
    wide: bool = True
    int8: bool = False
    keep_torch: bool = False
    checkpoint_steps: int = 0

    def __post_init__(self) -> None:
        if self.epochs < 1 or self.batch_size < 1:
            raise ValueError("epochs and batch_size must be 1 or more")
        if not 0 <= self.label_smoothing < 1 or not 0 < self.layer_decay <= 1:
            raise ValueError("label_smoothing must be in [0, 1), layer_decay in (0, 1]")
        if self.frozen_layers < 0:
            raise ValueError("frozen_layers must be 0 or more")
        if self.max_len < 8 or self.serve_max_len < self.max_len:
            raise ValueError("max_len must be 8 or more, and serve_max_len not below it")
