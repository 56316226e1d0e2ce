"""From a trained network to an ONNX graph, and to int8 behind a gate."""

from __future__ import annotations

import logging
import re
import warnings
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from .model import EMBEDDING, SCOPES, TAGS, Network

OPSET = 17
_BLOCK = 32
_LEVELS = 120  # 8 * 15: a block whose values are multiples of max / 8 (Q4_0) comes out exactly

# The int8 graph replaces the fp32 one only with at least this agreement of answers and at most
# this loss of macro-F1 (half a point), for every question on dev.
LEAST_AGREEMENT = 0.98
MOST_LOSS = 0.005


class PackedEmbedding(nn.Module):
    """A word-embedding matrix in int8 blocks of 32 values with a float scale each.

    Word embeddings are frozen, and those of the packaged e5 were 4-bit numbers to begin with: this
    form holds the very same values in a quarter of the bytes, on disk and in memory. Only used
    when it is exact.
    """

    def __init__(self, quants: Tensor, scales: Tensor) -> None:
        super().__init__()
        self.register_buffer("quants", quants)  # int8 [V, H]
        self.register_buffer("scales", scales)  # float32 [V, H / 32]
        self.width = int(quants.shape[1])

    def forward(self, ids: Tensor) -> Tensor:
        """ids [B, T] -> [B, T, H]."""
        quants, scales = self.get_buffer("quants"), self.get_buffer("scales")
        values = quants[ids].to(torch.float32).view(*ids.shape, -1, _BLOCK)
        return (values * scales[ids].unsqueeze(3)).flatten(2)


def pack(weight: Tensor) -> PackedEmbedding | None:
    """The packed form of a [V, H] matrix when it is exact to 1e-6 of a block's largest, or None."""
    if weight.shape[1] % _BLOCK:
        return None
    blocks = weight.detach().reshape(weight.shape[0], -1, _BLOCK)
    scales = blocks.abs().amax(dim=2) / _LEVELS
    safe = torch.where(scales > 0, scales, torch.ones_like(scales)).unsqueeze(2)
    quants = torch.round(blocks / safe)
    if bool(((quants * safe - blocks).abs() > 1e-6 * _LEVELS * safe).any()):
        return None
    return PackedEmbedding(quants.reshape(weight.shape).to(torch.int8), scales)


class _Graph(nn.Module):
    """The network with its outputs in a fixed order, as tracing wants them."""

    def __init__(self, network: Network, names: list[str]) -> None:
        super().__init__()
        self.network, self.names = network, names

    def forward(self, ids: Tensor, mask: Tensor, *chars: Tensor) -> tuple[Tensor, ...]:
        out = self.network(ids, mask, *chars)
        return tuple(out[name] for name in self.names)


def to_onnx(network: Network, file: Path) -> None:
    """Write one graph with all heads: (input_ids, attention_mask) [B, T] int64 -> logits.

    With a wide part it has a third input, chars [B, C] int64.

    Outputs are named by question key [B, choices], TAGS, SCOPES [B, T, ..], EMBEDDING [B, H]. The
    network's word embeddings are packed while it is traced, then put back.
    """
    network.eval()
    names = list(network.heads)
    axes: dict[str, dict[int, str]] = {name: {0: "batch"} for name in (*names, EMBEDDING)}
    if network.tags is not None:
        names += [TAGS, SCOPES]
    names.append(EMBEDDING)
    tokens = ["input_ids", "attention_mask", *names[len(network.heads) : -1]]
    axes |= {name: {0: "batch", 1: "tokens"} for name in tokens}
    ids = torch.full((2, 7), 5, dtype=torch.int64)
    given = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    if network.wide is not None:
        given["chars"] = torch.full((2, 5), 20320, dtype=torch.int64)
        axes["chars"] = {0: "batch", 1: "chars"}
    embeddings = network.backbone.embeddings
    full = embeddings.word_embeddings
    packed = pack(full.weight)
    if packed is not None:
        embeddings.word_embeddings = packed
    try:
        with warnings.catch_warnings():  # the tracer warns of shapes that are dynamic on purpose
            warnings.simplefilter("ignore")
            torch.onnx.export(
                _Graph(network, names).eval(),  # or export leaves it in training mode
                tuple(given.values()),
                str(file),
                input_names=list(given),
                output_names=names,
                dynamic_axes=axes,
                opset_version=OPSET,
                dynamo=False,
            )
    finally:
        embeddings.word_embeddings = full


@dataclass(frozen=True, slots=True)
class Int8Verdict:
    """What int8 would change on dev, worst question: share of equal answers, loss of macro-F1."""

    accepted: bool
    agreement: float
    macro_f1_loss: float

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return asdict(self)


def nodes_of(file: Path) -> list[Any]:
    """The operations of a graph file."""
    import onnx

    return list(onnx.load(str(file)).graph.node)


def quantise(source: Path, target: Path) -> None:
    """Dynamic int8 of the matrix products with constant weights, per channel.

    `reduce_range` keeps weights to 7 bits: without VNNI the 8-bit products of AVX2 overflow.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # Left in fp32: the heads (a thousandth of the work, and the most sensitive part) and the
    # second matrix of every feed-forward block, whose input has the outliers that int8 drowns:
    # with it 94 % of answers agreed on sample reviews, without it 98 %.
    products = [n.name for n in nodes_of(source) if n.op_type in {"MatMul", "Gemm"}]
    kept = [n for n in products if "layer." not in n or re.search(r"layer\.\d+/output/dense", n)]
    level = logging.getLogger().level
    logging.getLogger().setLevel(logging.ERROR)  # it advises on preprocessing at every call
    try:
        quantize_dynamic(
            str(source),
            str(target),
            op_types_to_quantize=["MatMul"],
            nodes_to_exclude=kept,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
        )
    finally:
        logging.getLogger().setLevel(level)


def compare(
    gold: dict[str, npt.NDArray[np.int64]],
    full: dict[str, npt.NDArray[np.float32]],
    small: dict[str, npt.NDArray[np.float32]],
) -> Int8Verdict:
    """Judge int8 logits `small` against fp32 logits `full`, [N, C] by question; gold < 0 = none."""
    from modelops.ml import metrics

    agreement, loss = 1.0, -1.0
    for key, labels in gold.items():
        a, b = full[key].argmax(axis=1), small[key].argmax(axis=1)
        agreement = min(agreement, float((a == b).mean()))
        rows = labels >= 0
        if rows.any():
            width = full[key].shape[1]
            before = metrics.macro_f1(labels[rows], a[rows], width)
            loss = max(loss, before - metrics.macro_f1(labels[rows], b[rows], width))
    accepted = agreement >= LEAST_AGREEMENT and loss <= MOST_LOSS
    return Int8Verdict(accepted, agreement, loss)
