"""A linear model on n-grams of word pieces and of Chinese characters, added to the encoder.

With a thousand labels an encoder generalises better to words it has not been shown, and a linear
model remembers better those it has. Their sum beats both (Cheng et al. 2016, "Wide & Deep Learning
for Recommender Systems"; here the two are fitted apart and dev sets the share). The features are
TF-IDF of hashed n-grams, computed in the exported graph itself: serving needs no sklearn, and costs
one look-up per token and character.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from modelops.ml import calibration, metrics
from modelops.ml.encoder import data
from modelops.ml.encoder.data import Rows
from modelops.ml.mentions import IGNORED
from modelops.ml.spec import QuestionSpec

BUCKETS = 1 << 17  # for tokens, and as many again for characters
ORDERS = 3  # n-grams of one to three
_STEPS = (1, 1_000_003, 998_244_353)  # primes that spread neighbouring ids over the buckets
_COSTS = (1.0, 4.0, 16.0)  # inverse regularisation tried, best on dev kept
SHARES = (0.0, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.5, 6.0)
_FEWEST = 2  # training texts that must hold an n-gram


def buckets(ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Of every n-gram: its bucket [B, ORDERS * T] int64, and 1.0 where it is whole and real."""
    width = ids.shape[1]
    room = ORDERS - 1
    wide_ids = nn.functional.pad(ids, (0, room))
    wide_mask = nn.functional.pad(mask, (0, room))
    keys, reals = [], []
    key, real = torch.zeros_like(ids), torch.ones_like(mask)
    for order in range(ORDERS):
        key = key + (wide_ids[:, order : order + width] + 1) * _STEPS[order]
        real = real * wide_mask[:, order : order + width]
        keys.append(key % BUCKETS)
        reals.append(real)
    return torch.cat(keys, dim=1), torch.cat(reals, dim=1).to(torch.float32)


def _everywhere(ids: Tensor, mask: Tensor, chars: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """`buckets` of the tokens, then of the characters, which begin at BUCKETS."""
    where, real = buckets(ids, mask)
    where_chars, real_chars = buckets(chars, (chars > 0).to(chars.dtype))
    return where, real, where_chars + BUCKETS, real_chars


class Wide(nn.Module):
    """`rarity` [2 * BUCKETS]: IDF, 0 = unknown; `table` [2 * BUCKETS, C]: weight times IDF."""

    def __init__(self, rarity: Tensor, table: Tensor, bias: Tensor, widths: dict[str, int]) -> None:
        super().__init__()
        self.register_buffer("rarity", rarity)
        self.register_buffer("table", table)
        self.register_buffer("bias", bias)
        self.widths = widths

    def forward(self, ids: Tensor, mask: Tensor, chars: Tensor) -> dict[str, Tensor]:
        """ids, mask [B, T], chars [B, C] -> logits by question [B, choices].

        Tokens and characters are two blocks, and the text's length is divided out of each.
        """
        where, real, where_chars, real_chars = _everywhere(ids, mask, chars)
        logits = self._block(where, real) + self._block(where_chars, real_chars)
        logits = logits + self.get_buffer("bias")
        parts = torch.split(logits, list(self.widths.values()), dim=1)
        return dict(zip(self.widths, parts, strict=True))

    def _block(self, where: Tensor, real: Tensor) -> Tensor:
        rarity = self.get_buffer("rarity")[where] * real
        norm = rarity.square().sum(dim=1, keepdim=True).clamp_min(1e-6).sqrt()
        return (self.get_buffer("table")[where] * real.unsqueeze(2)).sum(dim=1) / norm


def fit(
    train: Rows,
    dev: Rows,
    deep: Mapping[str, npt.NDArray[np.float32]],
    questions: Sequence[QuestionSpec],
    pad_id: int,
) -> tuple[Wide, dict[str, float]]:
    """Fit on train; set the share of each question by dev likelihood beside the logits `deep`.

    Returns the layer, shares folded into its weights, and the shares by question key.
    """
    counts, counts_dev = _counts(train, pad_id), _counts(dev, pad_id)
    documents = np.bincount(counts.indices, minlength=2 * BUCKETS)
    rarity = np.log((1 + len(train)) / (1 + documents)).astype(np.float32)
    rarity[documents < _FEWEST] = 0.0
    used = np.flatnonzero(rarity > 0)
    x, x_dev = _features(counts, rarity, used), _features(counts_dev, rarity, used)
    table = np.zeros((2 * BUCKETS, sum(len(q.choices) for q in questions)), np.float32)
    bias = np.zeros(table.shape[1], np.float32)
    shares, at = {}, 0
    for q in questions:
        part = slice(at, at + len(q.choices))
        at += len(q.choices)
        weights, offset = _best(q, train.labels[q.key], x, dev.labels[q.key], x_dev)
        held = np.asarray(x_dev @ weights + offset, dtype=np.float32)
        shares[q.key] = _share(deep[q.key], held, dev.labels[q.key])
        table[used, part] = shares[q.key] * weights * rarity[used, None]
        bias[part] = shares[q.key] * offset
    widths = {q.key: len(q.choices) for q in questions}
    layer = Wide(torch.from_numpy(rarity), torch.from_numpy(table), torch.from_numpy(bias), widths)
    return layer, shares


def _counts(rows: Rows, pad_id: int) -> Any:
    """How often each bucket occurs in each row, a sparse [N, 2 * BUCKETS]."""
    from scipy.sparse import csr_matrix

    lines, columns = [], []
    for row in range(len(rows)):
        ids, mask = data.ids_and_mask(rows, [row], pad_id)
        tokens, real, chars, real_chars = _everywhere(ids, mask, data.chars_of(rows, [row]))
        found = np.concatenate([tokens[real > 0].numpy(), chars[real_chars > 0].numpy()])
        columns.append(found)
        lines.append(np.full(len(found), row))
    ones = np.ones(sum(len(c) for c in columns), np.float32)
    at = (np.concatenate(lines), np.concatenate(columns))
    return csr_matrix((ones, at), shape=(len(rows), 2 * BUCKETS))


def _features(counts: Any, rarity: npt.NDArray[np.float32], used: npt.NDArray[Any]) -> Any:
    """As in `Wide.forward`: counts times IDF, each block over the root of its summed squares."""
    from scipy.sparse import diags, hstack

    blocks = []
    for part in (slice(0, BUCKETS), slice(BUCKETS, 2 * BUCKETS)):
        block, weight = counts[:, part], rarity[part]
        norm = np.sqrt(np.maximum(block @ np.square(weight), 1e-6))
        blocks.append(diags(1 / norm) @ block @ diags(weight))
    return hstack(blocks).tocsr()[:, used]


def _best(
    question: QuestionSpec,
    labels: npt.NDArray[np.int64],
    x: Any,
    dev_labels: npt.NDArray[np.int64],
    x_dev: Any,
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """(weights [F, C], offsets [C]) of the regularisation with the best macro-F1 on dev."""
    from sklearn.linear_model import LogisticRegression

    known, held = np.flatnonzero(labels != IGNORED), np.flatnonzero(dev_labels != IGNORED)
    choices, best = len(question.choices), -1.0
    weights, offset = np.zeros((x.shape[1], choices)), np.zeros(choices)
    for cost in _COSTS:
        model = LogisticRegression(C=cost, class_weight="balanced", max_iter=200)
        model.fit(x[known], labels[known])
        guess = model.predict(x_dev[held])
        found = metrics.macro_f1(dev_labels[held], guess, choices)
        if found <= best:
            continue
        best = found
        seen, coef = model.classes_, model.coef_
        if len(seen) == 2:  # one row of weights stands for two choices
            coef, bias = np.stack([-coef[0], coef[0]]) / 2, np.array([-1, 1]) * model.intercept_ / 2
        else:
            bias = model.intercept_
        weights, offset = np.zeros((x.shape[1], choices)), np.full(choices, bias.min() - 2.0)
        weights[:, seen], offset[seen] = coef.T, bias
    return weights, offset


def _share(
    deep: npt.NDArray[np.float32], wide: npt.NDArray[np.float32], labels: npt.NDArray[np.int64]
) -> float:
    """The share of SHARES with the least dev loss, each at its own best temperature."""
    known = labels != IGNORED

    def cost(share: float) -> float:
        logits = deep[known] + np.float32(share) * wide[known]
        temperature = calibration.fit_temperature(logits, labels[known])
        return metrics.nll(labels[known], calibration.apply(logits, temperature))

    return min(SHARES, key=cost)
