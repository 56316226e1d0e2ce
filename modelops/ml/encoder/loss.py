"""Losses as functions of tensors; a label of IGNORED (-100) takes no part."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from modelops.ml.mentions import IGNORED


def choice_loss(
    logits: Tensor, labels: Tensor, rows: Tensor, by_class: Tensor, smoothing: float
) -> Tensor:
    """Weighted cross-entropy over the labelled rows; 0 when none is.

    logits [B, C], labels [B], rows [B] (weight of each row), by_class [C]. The result is divided
    by the sum of weights, so it does not grow with the number of labelled rows.
    """
    known = labels != IGNORED
    if not bool(known.any()):
        return logits.sum() * 0.0
    each = F.cross_entropy(
        logits[known], labels[known], label_smoothing=smoothing, reduction="none"
    )
    weights = rows[known] * by_class[labels[known]]
    return (each * weights).sum() / weights.sum()


def token_loss(logits: Tensor, labels: Tensor, rows: Tensor, outside: float = 1.0) -> Tensor:
    """Cross-entropy over labelled tokens; 0 when there is none.

    logits [B, T, C], labels [B, T], rows [B]. `outside` is the weight of label 0 (O), which
    stands for about 90 % of tokens.
    """
    known = labels != IGNORED
    if not bool(known.any()):
        return logits.sum() * 0.0
    weights = rows.unsqueeze(1).expand(labels.shape)[known]
    weights = weights * torch.where(labels[known] == 0, outside, 1.0)
    each = F.cross_entropy(logits[known], labels[known], reduction="none")
    return (each * weights).sum() / weights.sum()
