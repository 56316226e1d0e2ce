"""Examples as arrays: tokens, labels, and the order in which training sees them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from modelops.ml import mentions
from modelops.ml.mentions import IGNORED
from modelops.ml.spec import Example, MentionSpec, QuestionSpec, TrainConfig
from modelops.ml.tokens import Encoded, Ints, TextTokenizer, pad, pad_chars


@dataclass(slots=True)
class Rows:
    """A data split. `labels[question]` [N] and the tag and scope lists use IGNORED for "no label".

    `tags`, `scopes` are None when the model has no token heads.
    """

    items: list[Encoded]
    labels: dict[str, Ints]
    tags: list[Ints] | None
    scopes: list[Ints] | None
    weights: np.ndarray

    def __len__(self) -> int:
        return len(self.items)


def build(
    examples: Sequence[Example],
    questions: Sequence[QuestionSpec],
    spec: MentionSpec | None,
    tokenizer: TextTokenizer,
) -> Rows:
    """Tokenise and index. Raises ValueError for an answer that is no choice of its question."""
    items = tokenizer.encode([example.text for example in examples])
    labels = {q.key: _labels(examples, q) for q in questions}
    weights = np.array([example.weight for example in examples], np.float32)
    if spec is None:
        return Rows(items, labels, None, None, weights)
    pairs = [
        mentions.encode(item, example.mentions, spec)
        for item, example in zip(items, examples, strict=True)
    ]
    return Rows(items, labels, [p[0] for p in pairs], [p[1] for p in pairs], weights)


def _labels(examples: Sequence[Example], question: QuestionSpec) -> Ints:
    out = np.full(len(examples), IGNORED)
    for at, example in enumerate(examples):
        answer = example.answers.get(question.key)
        if answer is None:
            continue
        if answer not in question.choices:
            raise ValueError(
                f"example {example.id}: {answer!r} is no choice of {question.key} "
                f"({', '.join(question.choices)})"
            )
        out[at] = question.choices.index(answer)
    return out


def class_weights(labels: Ints, choices: int, power: float) -> Tensor:
    """Loss weight per choice [choices]: (mean count / count) ** power; 1 for a choice unseen."""
    counts = Counter(labels[labels != IGNORED].tolist())
    mean = sum(counts.values()) / max(len(counts), 1)
    return torch.tensor(
        [(mean / counts[c]) ** power if counts[c] else 1.0 for c in range(choices)],
        dtype=torch.float32,
    )


def epoch_batches(rows: Rows, config: TrainConfig, epoch: int) -> list[list[int]]:
    """Row numbers in batches of similar length, in an order that depends on seed and epoch alone.

    Sorting inside pools of 16 batches keeps padding near 5 % and the order random.
    """
    rng = random.Random(f"{config.seed}-{epoch}")  # noqa: S311
    order = list(range(len(rows)))
    rng.shuffle(order)
    size, pool = config.batch_size, config.batch_size * 16
    batches = []
    for start in range(0, len(order), pool):
        part = sorted(order[start : start + pool], key=lambda row: len(rows.items[row]))
        batches += [part[at : at + size] for at in range(0, len(part), size)]
    rng.shuffle(batches)
    return batches


def padded_tokens(rows: Rows, config: TrainConfig) -> int:
    """Tokens of one epoch with padding."""
    return sum(
        len(batch) * max(len(rows.items[row]) for row in batch)
        for batch in epoch_batches(rows, config, 0)
    )


def ids_and_mask(rows: Rows, batch: Sequence[int], pad_id: int) -> tuple[Tensor, Tensor]:
    """(ids, mask), both [B, T] int64."""
    ids, mask = pad([rows.items[row] for row in batch], pad_id)
    return torch.from_numpy(ids), torch.from_numpy(mask)


def chars_of(rows: Rows, batch: Sequence[int]) -> Tensor:
    """The characters of a batch, [B, C] int64, 0 between words of other scripts and as padding."""
    return torch.from_numpy(pad_chars([rows.items[row] for row in batch]))


def token_labels(lists: list[Ints], batch: Sequence[int], width: int) -> Tensor:
    """Per-token labels of a batch, [B, width], padded with IGNORED."""
    out = np.full((len(batch), width), IGNORED)
    for at, row in enumerate(batch):
        out[at, : len(lists[row])] = lists[row]
    return torch.from_numpy(out)
