"""The fine-tuning loop: batches, steps, epochs, checkpoints."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from modelops.ml import metrics
from modelops.ml.mentions import IGNORED
from modelops.ml.spec import Progress, QuestionSpec, TrainConfig
from modelops.ml.tokens import batches_by_budget

from . import checkpoint, data, loss, optim
from .data import Rows
from .model import SCOPES, TAGS, Network

# Rows whose states after the frozen layers are kept in memory: 1.5 kB a token at width 384.
CACHE_TOKENS = 400_000
SETTLE_BATCHES = 16
EVAL_TOKENS = 2_048  # padded tokens a batch without gradients


class Hidden:
    """Rows' hidden states after the frozen layers, computed once where memory allows."""

    def __init__(self, network: Network, rows: Rows, frozen: int, pad_id: int) -> None:
        self._network, self._rows, self._frozen, self._pad_id = network, rows, frozen, pad_id
        self._kept: dict[int, Tensor] = {}
        if sum(len(item) for item in rows.items) <= CACHE_TOKENS:
            self._fill()

    @torch.no_grad()
    def _fill(self) -> None:
        for batch in batches_by_budget([len(item) for item in self._rows.items], EVAL_TOKENS):
            hidden, _ = self._compute(batch)
            for at, row in enumerate(batch):
                self._kept[row] = hidden[at, : len(self._rows.items[row])].clone()

    @torch.no_grad()
    def _compute(self, batch: list[int]) -> tuple[Tensor, Tensor]:
        ids, mask = data.ids_and_mask(self._rows, batch, self._pad_id)
        weights = mask.to(torch.float32)
        hidden = self._network.embed(ids)
        return self._network.run(hidden, weights, 0, self._frozen), weights

    def get(self, batch: list[int]) -> tuple[Tensor, Tensor]:
        """(hidden [B, T, H], mask [B, T]) of some rows."""
        if not self._kept:
            return self._compute(batch)
        width = max(len(self._rows.items[row]) for row in batch)
        first = self._kept[batch[0]]
        hidden = first.new_zeros(len(batch), width, first.shape[1])
        mask = first.new_zeros(len(batch), width)
        for at, row in enumerate(batch):
            kept = self._kept[row]
            hidden[at, : len(kept)] = kept
            mask[at, : len(kept)] = 1
        return hidden, mask


@dataclass(slots=True)
class FitResult:
    """`history`: one entry per epoch. The network holds the best epoch's weights."""

    steps: int
    epochs: int
    best_epoch: int
    history: list[dict[str, float]] = field(default_factory=list)


class Fit:
    """One run. Everything that changes is in `_state`, so that a checkpoint is complete."""

    def __init__(
        self,
        network: Network,
        train: Rows,
        dev: Rows,
        questions: tuple[QuestionSpec, ...],
        config: TrainConfig,
        *,
        pad_id: int,
        progress: Progress | None = None,
        checkpoint_dir: Path | None = None,
        key: str = "",
    ) -> None:
        self.network, self.train, self.dev = network, train, dev
        self.questions, self.config, self.key = questions, config, key
        self.progress, self.checkpoint_dir = progress, checkpoint_dir
        self.frozen = min(config.frozen_layers, len(network.layers) // 2)
        groups = optim.groups(network, config, self.frozen)
        self.optimiser = torch.optim.AdamW(groups, fused=True)
        self.parameters = [p for group in groups for p in group["params"]]
        self.average = optim.Average(self.parameters, config.average)
        self.by_class = {
            q.key: data.class_weights(
                train.labels[q.key], len(q.choices), config.class_weight_power
            )
            for q in questions
        }
        self.epochs = self._affordable_epochs()
        self.total = self.epochs * -(-len(train) // config.batch_size)
        self.hidden = Hidden(network, train, self.frozen, pad_id)
        self.dev_hidden = Hidden(network, dev, self.frozen, pad_id)
        self._settle()
        self.step, self.epoch, self.at = 0, 0, 0
        self.spent = 0.0
        self.best: dict[str, Any] = {"score": -1.0, "epoch": -1, "values": []}
        self.history: list[dict[str, float]] = []

    @torch.no_grad()
    def _settle(self) -> None:
        """Show the network what its own pretrained states look like (`Network.settle`)."""
        self.network.eval()
        tokens = []
        for batch in data.epoch_batches(self.train, self.config, 0)[:SETTLE_BATCHES]:
            hidden, mask = self.hidden.get(batch)
            hidden = self.network.run(hidden, mask, self.frozen, len(self.network.layers))
            tokens.append(hidden[mask > 0])
        self.network.settle(torch.cat(tokens))

    def _affordable_epochs(self) -> int:
        budget = self.config.token_budget
        if budget is None:
            return self.config.epochs
        per_epoch = max(data.padded_tokens(self.train, self.config), 1)
        return max(1, min(self.config.epochs, budget // per_epoch))

    def run(self) -> FitResult:
        """Train to the end, from a checkpoint if there is one of this very run."""
        self._resume()
        while self.epoch < self.epochs and self._fraction() < 1.0:
            self._one_epoch()
            self._end_of_epoch()
        if self.best["values"]:
            with torch.no_grad():
                for live, value in zip(self.parameters, self.best["values"], strict=True):
                    live.copy_(value)
        self.network.eval()
        return FitResult(self.step, self.epoch, int(self.best["epoch"]), self.history)

    def _fraction(self) -> float:
        """How much of the run is over, by steps or by seconds, whichever is further."""
        by_steps = self.step / max(self.total, 1)
        if self.config.max_seconds is None:
            return by_steps
        return max(by_steps, self.spent / self.config.max_seconds)

    def _one_epoch(self) -> None:
        batches = data.epoch_batches(self.train, self.config, self.epoch)
        self.network.train()
        for layer in self.network.layers[: self.frozen]:
            layer.eval()  # no dropout where nothing is learned
        while self.at < len(batches) and self._fraction() < 1.0:
            began = time.monotonic()
            value = self._one_step(batches[self.at])
            self.at += 1
            self.spent += time.monotonic() - began
            every = self.config.checkpoint_steps
            if every and self.step % every == 0:
                self._save()
            self._report({"loss": value})

    def _one_step(self, batch: list[int]) -> float:
        factor = optim.lr_factor((self.step + 1) / (self.total + 1), self.config.warmup)
        for group in self.optimiser.param_groups:
            group["lr"] = group["peak"] * max(factor, 0.0)
        hidden, mask = self.hidden.get(batch)
        hidden = self.network.run(hidden, mask, self.frozen, len(self.network.layers))
        value = self._loss(self.network.answer(hidden, mask), batch, mask.shape[1])
        self.optimiser.zero_grad(set_to_none=True)
        value.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.parameters, self.config.grad_clip)
        self.optimiser.step()
        self.average.update()
        self.step += 1
        return float(value.detach())

    def _loss(self, out: dict[str, Tensor], batch: list[int], width: int) -> Tensor:
        rows = torch.from_numpy(self.train.weights[batch])
        parts = [
            loss.choice_loss(
                out[q.key],
                torch.from_numpy(self.train.labels[q.key][batch]),
                rows,
                self.by_class[q.key],
                self.config.label_smoothing,
            )
            for q in self.questions
        ]
        if self.train.tags is not None and self.train.scopes is not None:
            tags = data.token_labels(self.train.tags, batch, width)
            scopes = data.token_labels(self.train.scopes, batch, width)
            factor = self.config.mention_weight
            parts.append(factor * loss.token_loss(out[TAGS], tags, rows))
            parts.append(0.5 * factor * loss.token_loss(out[SCOPES], scopes, rows))
        return torch.stack(parts).sum()

    def _end_of_epoch(self) -> None:
        self.average.swap()
        score = self.dev_score()
        if score > self.best["score"]:
            values = [p.detach().clone() for p in self.parameters]
            self.best = {"score": score, "epoch": self.epoch, "values": values}
        self.average.swap()
        self.epoch, self.at = self.epoch + 1, 0
        self.history.append({"epoch": float(self.epoch), "dev_macro_f1": score})
        self._save()
        self._report(self.history[-1])

    def _report(self, found: dict[str, float]) -> None:
        if self.progress is not None:
            lr = float(self.optimiser.param_groups[-1]["lr"])
            self.progress(self.step, self.total, found | {"lr": lr})

    def dev_score(self) -> float:
        """Mean over the questions of dev macro-F1, with the weights as they are now."""
        out = self.logits(self.dev_hidden, self.dev)
        scores = []
        for q in self.questions:
            gold = self.dev.labels[q.key]
            known = gold != IGNORED
            if known.any():
                guess = out[q.key].argmax(axis=1)
                scores.append(metrics.macro_f1(gold[known], guess[known], len(q.choices)))
        return float(np.mean(scores)) if scores else 0.0

    @torch.no_grad()
    def logits(self, hidden: Hidden, rows: Rows) -> dict[str, np.ndarray]:
        """Logits by question, [N, choices], of every row."""
        self.network.eval()
        out = {q.key: np.zeros((len(rows), len(q.choices)), np.float32) for q in self.questions}
        for batch in batches_by_budget([len(item) for item in rows.items], EVAL_TOKENS):
            states, mask = hidden.get(batch)
            states = self.network.run(states, mask, self.frozen, len(self.network.layers))
            answers = self.network.answer(states, mask)
            for key in out:
                out[key][batch] = answers[key].numpy()
        return out

    def _save(self) -> None:
        if self.checkpoint_dir is None:
            return
        checkpoint.save(
            self.checkpoint_dir,
            {
                "key": self.key,
                "place": [self.step, self.epoch, self.at, self.spent],
                "weights": [p.detach() for p in self.parameters],
                "average": self.average.state(),
                "optimiser": self.optimiser.state_dict(),
                "best": self.best,
                "history": self.history,
                "rng": torch.get_rng_state(),
            },
        )

    def _resume(self) -> None:
        state = checkpoint.load(self.checkpoint_dir, self.key) if self.checkpoint_dir else None
        if state is None:
            return
        step, epoch, at, self.spent = state["place"]
        self.step, self.epoch, self.at = int(step), int(epoch), int(at)
        with torch.no_grad():
            for live, value in zip(self.parameters, state["weights"], strict=True):
                live.copy_(value)
        self.average.restore(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.best, self.history = state["best"], state["history"]
        torch.set_rng_state(state["rng"])
