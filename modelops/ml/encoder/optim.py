"""Optimiser groups, the learning-rate schedule, and the running mean of weights."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from modelops.ml.spec import TrainConfig

from .model import Network


def trainable(network: Network, frozen_layers: int) -> dict[str, torch.nn.Parameter]:
    """Freeze the embeddings and the lowest layers; the parameters that are left, by name."""
    frozen = [network.backbone.embeddings, *network.layers[:frozen_layers]]
    for module in frozen:
        module.requires_grad_(False)
    return {name: p for name, p in network.named_parameters() if p.requires_grad}


def groups(network: Network, config: TrainConfig, frozen_layers: int) -> list[dict[str, Any]]:
    """AdamW groups: heads at `head_lr`, layers at `lr` times `layer_decay` per layer downwards.

    Layer-wise decay: Howard and Ruder 2018, "Universal Language Model Fine-tuning" (section 3.2,
    discriminative fine-tuning). Vectors (biases, norms, queries) get no weight decay.
    """
    count = len(network.layers)
    found = []
    for name, parameter in trainable(network, frozen_layers).items():
        lr = config.head_lr
        if name.startswith("backbone.encoder.layer."):
            layer = int(name.split(".")[3])
            lr = config.lr * config.layer_decay ** (count - 1 - layer)
        elif name.startswith("backbone."):
            lr = config.lr
        decay = config.weight_decay if parameter.ndim > 1 else 0.0
        found.append({"params": [parameter], "lr": lr, "peak": lr, "weight_decay": decay})
    return found


def lr_factor(progress: float, warmup: float) -> float:
    """Share of the peak rate at `progress` in [0, 1]: a linear rise, then a linear fall to 0."""
    if progress < warmup:
        return progress / warmup
    return max(0.0, (1.0 - progress) / max(1.0 - warmup, 1e-9))


class Average:
    """Running mean of weights (Polyak and Juditsky 1992), evaluated and saved instead of the last.

    The decay rises as (1 + t) / (10 + t) up to the given one, so early noise is forgotten.
    """

    def __init__(self, parameters: list[torch.nn.Parameter], decay: float) -> None:
        self._live = parameters
        self._decay = decay
        self._steps = 0
        self.values = [p.detach().clone() for p in parameters]

    def update(self) -> None:
        """Take the weights after an optimiser step into the mean."""
        self._steps += 1
        decay = min(self._decay, (1 + self._steps) / (10 + self._steps))
        live = [p.detach() for p in self._live]
        torch._foreach_lerp_(self.values, live, 1.0 - decay)

    def swap(self) -> None:
        """Exchange live weights and mean; a second call puts them back."""
        for live, mean in zip(self._live, self.values, strict=True):
            kept = live.detach().clone()
            live.data.copy_(mean)
            mean.copy_(kept)

    def state(self) -> dict[str, Any]:
        """For a checkpoint."""
        return {"steps": self._steps, "values": self.values}

    def restore(self, state: dict[str, Any]) -> None:
        """From a checkpoint."""
        self._steps = int(state["steps"])
        values: list[Tensor] = state["values"]
        for mine, saved in zip(self.values, values, strict=True):
            mine.copy_(saved)
