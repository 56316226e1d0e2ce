"""One encoder run from base model to folder: load, fit, export, calibrate, score, write."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from modelops.ml import calibration, card, evaluation, metrics
from modelops.ml.files import dump_json, folder_made_whole, sha256_file
from modelops.ml.resolve import resolve
from modelops.ml.session import FORMAT, Session
from modelops.ml.spec import Example, MentionSpec, Progress, QuestionSpec, TrainConfig
from modelops.ml.tokens import TextTokenizer

from . import checkpoint, data, export, wide
from .fit import Fit
from .model import Network, load_backbone

Phase = Callable[[str], AbstractContextManager[None]]


class EncoderRun:
    """Steps that `training.train_encoder` calls in order: `fit`, then `write`."""

    def __init__(
        self,
        questions: tuple[QuestionSpec, ...],
        mention_spec: MentionSpec | None,
        config: TrainConfig,
        *,
        base: str,
        cache_dir: Path,
        clock: Phase,
    ) -> None:
        self.questions, self.spec, self.config, self.clock = questions, mention_spec, config, clock
        self._manifest: dict[str, Any] = {}
        if config.threads:
            torch.set_num_threads(config.threads)
        torch.manual_seed(config.seed)
        with clock("load"):
            self.base = resolve(base, cache_dir)
            backbone = load_backbone(self.base.folder, config.encoder_dropout)
            self.prefix = self.base.prefix if config.use_prefix else ""
            self.pad_id = int(backbone.config.pad_token_id or 0)
            positions = int(backbone.config.max_position_embeddings)
            # RoBERTa counts positions from pad_id + 1 on, so two of them are never reached.
            self.max_len = min(config.serve_max_len, positions - 2)
            self.network = Network(backbone, questions, mention_spec, config.dropout)

    def fit(
        self,
        train: Sequence[Example],
        dev: Sequence[Example],
        progress: Progress | None,
        checkpoint_dir: Path | None,
    ) -> dict[str, Any]:
        """Train the network in place; returns steps, epochs, best epoch and history."""
        key = checkpoint.run_key(train, dev, self.questions, self.config, self.base.checksum)
        with self.clock("fit"):
            tokenizer = TextTokenizer(
                self.base.folder / "tokenizer.json",
                self.prefix,
                min(self.config.max_len, self.max_len),
                self.pad_id,
            )
            fit = Fit(
                self.network,
                data.build(train, self.questions, self.spec, tokenizer),
                data.build(dev, self.questions, self.spec, tokenizer),
                self.questions,
                self.config,
                pad_id=self.pad_id,
                progress=progress,
                checkpoint_dir=checkpoint_dir,
                key=key,
            )
            found = asdict(fit.run())
        if self.config.wide:
            with self.clock("wide"):
                deep = fit.logits(fit.dev_hidden, fit.dev)
                layer, shares = wide.fit(fit.train, fit.dev, deep, self.questions, self.pad_id)
                self.network.wide = layer
                found["wide_shares"] = shares
        return found

    def write(
        self,
        out_dir: Path,
        splits: Mapping[str, Sequence[Example]],
        describe: Callable[[Path], dict[str, Any]],
    ) -> tuple[dict[str, str], dict[str, Any]]:
        """Export, calibrate, judge and describe in a scratch folder, then rename it to `out_dir`.

        `describe(folder)` is called when the folder can be opened by `Session`. Returns the
        files' hashes and what `describe` returned.
        """
        dev = splits["dev"]
        with folder_made_whole(out_dir) as folder:
            shutil.copyfile(self.base.folder / "tokenizer.json", folder / "tokenizer.json")
            with self.clock("export"):
                export.to_onnx(self.network, folder / "model.onnx")
            with self.clock("calibrate"):
                logits = self._calibrate(folder, dev)
            if self.config.int8:
                with self.clock("int8"):
                    self._try_int8(folder, dev, logits)
            if self.config.keep_torch:
                self._keep_torch(folder / "torch")
            with self.clock("score"):
                about = describe(folder)
            hashes = _hashes(folder)
            text = card.render(
                questions=self.questions,
                splits=splits,
                config=self.config,
                base=self.base.describe(),
                hashes=hashes,
                manifest=self._manifest,
                **about,
            )
            (folder / "card.md").write_text(text, encoding="utf-8")
        return hashes | {"card.md": sha256_file(out_dir / "card.md")}, about

    def forget(self, checkpoint_dir: Path) -> None:
        """Remove the checkpoint of a run that is done."""
        checkpoint.clear(checkpoint_dir)

    def _write_manifest(self, folder: Path, **changes: Any) -> None:
        names = ("model.onnx", "tokenizer.json")
        self._manifest = self._manifest | changes
        self._manifest["files"] = {name: sha256_file(folder / name) for name in names}
        (folder / "model.json").write_text(dump_json(self._manifest), encoding="utf-8")

    def _calibrate(self, folder: Path, dev: Sequence[Example]) -> dict[str, Any]:
        """Write model.json with temperatures fitted on the exported graph's own dev logits."""
        self._manifest = {
            "format": FORMAT,
            "family": "encoder",
            "questions": [asdict(q) for q in self.questions],
            "mentions": asdict(self.spec) if self.spec else None,
            "temperatures": {q.key: 1.0 for q in self.questions},
            "max_len": self.max_len,
            "prefix": self.prefix,
            "pad_id": self.pad_id,
            "placeholders_blank": True,
            "precision": "fp32",
            "base": self.base.describe(),
            "config": asdict(self.config),
        }
        self._write_manifest(folder)
        logits = self._open(folder).logits([e.text for e in dev])
        self._write_manifest(folder, temperatures=self._temperatures(dev, logits))
        return logits

    def _temperatures(self, dev: Sequence[Example], logits: Mapping[str, Any]) -> dict[str, float]:
        found = {}
        for q in self.questions:
            gold = evaluation.gold(dev, q)
            known = gold >= 0
            found[q.key] = calibration.fit_temperature(logits[q.key][known], gold[known])
        return found

    def _try_int8(self, folder: Path, dev: Sequence[Example], full: dict[str, np.ndarray]) -> None:
        kept = folder / "model.onnx"
        fp32 = kept.rename(folder / "fp32.onnx")
        export.quantise(fp32, kept)
        self._write_manifest(folder, precision="int8")
        small = self._open(folder).logits([e.text for e in dev])
        verdict = export.compare(
            {q.key: evaluation.gold(dev, q) for q in self.questions}, full, small
        )
        if verdict.accepted:
            fp32.unlink()
            temperatures = self._temperatures(dev, small)
            self._write_manifest(folder, temperatures=temperatures, int8=verdict.to_dict())
        else:
            fp32.replace(kept)
            self._write_manifest(folder, precision="fp32", int8=verdict.to_dict())

    def _keep_torch(self, folder: Path) -> None:
        """A folder that `resolve` takes as a base model: the fine-tuned encoder without heads."""
        self.network.backbone.save_pretrained(str(folder))
        shutil.copyfile(self.base.folder / "tokenizer.json", folder / "tokenizer.json")
        note = self.base.describe() | {"origin": f"fine-tuned from: {self.base.origin}"}
        (folder / "base.json").write_text(dump_json(note), encoding="utf-8")

    def _open(self, folder: Path) -> Session:
        return Session(folder, threads=self.config.threads, token_budget=1024, verify=False)

    def score(self, folder: Path, splits: Mapping[str, Sequence[Example]]) -> dict[str, Any]:
        """Scores by split of the model as it will be served; "probabilities": those of dev."""
        session = self._open(folder)
        out: dict[str, Any] = {}
        for name, examples in splits.items():
            found = session.predict([e.text for e in examples])
            probs = {
                q.key: np.array([list(p.answers[q.key].probabilities.values()) for p in found])
                for q in self.questions
            }
            scored = evaluation.scores(probs, examples, self.questions)
            out[name] = {key: value.to_dict() for key, value in scored.items()}
            marked = [at for at, e in enumerate(examples) if e.mentions is not None]
            if self.spec is not None and marked:
                out[name]["mentions"] = metrics.span_scores(
                    [[m[:3] for m in examples[at].mentions or []] for at in marked],
                    [[(m.start, m.end, m.kind) for m in found[at].mentions] for at in marked],
                )
            if name == "dev":
                out["probabilities"] = probs
        return out


def _hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): sha256_file(path) for path in files}
