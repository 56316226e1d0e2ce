"""A trained model in service: onnxruntime and tokenizers, no torch.

The folder is what `training.train_encoder` wrote. A session is made once per process and shared by
its threads: onnxruntime's `run` is thread-safe, and nothing here changes after the constructor.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from . import calibration, mentions
from .errors import ArtefactCorrupt
from .files import sha256_file
from .spec import Answer, MentionSpan, MentionSpec, Prediction, QuestionSpec
from .tokens import Encoded, Ints, TextTokenizer, batches_by_budget, pad, pad_chars

FORMAT = 1
TAGS, SCOPES, EMBEDDING = "mention_tags", "mention_scopes", "embedding"

Floats = npt.NDArray[np.float32]


def read_manifest(folder: Path, *, verify: bool = True) -> dict[str, Any]:
    """model.json, with the other files' hashes checked. Raises ArtefactCorrupt."""
    try:
        manifest: dict[str, Any] = json.loads((folder / "model.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ArtefactCorrupt(f"{folder} has no readable model.json: {error}") from error
    if manifest.get("format") != FORMAT:
        raise ArtefactCorrupt(f"{folder}: format {manifest.get('format')!r}, expected {FORMAT}")
    for name, wanted in manifest["files"].items():
        if not (folder / name).is_file():
            raise ArtefactCorrupt(f"{folder}: {name} is missing")
        if verify and sha256_file(folder / name) != wanted:
            raise ArtefactCorrupt(f"{folder}: {name} is not the file that was trained")
    return manifest


class Session:
    """Answers questions about texts and marks mentions in them.

    `threads`: of one call to `predict` (0 = one per core). `token_budget`: padded tokens a batch;
    small batches stay in the processor's cache. `verify`: compare the files' hashes first.
    `width`: numbers of an embedding; None for a model that was exported without.
    `questions`, `mention_spec`: what the model was trained on. `fingerprint`: SHA-256 of
    model.json, which holds the hashes of the other files.

    Raises ArtefactCorrupt when the folder is not whole.
    """

    def __init__(
        self, folder: Path | str, *, threads: int = 1, token_budget: int = 512, verify: bool = True
    ) -> None:
        self.folder = Path(folder)
        self.manifest = read_manifest(self.folder, verify=verify)
        self.fingerprint = sha256_file(self.folder / "model.json")
        self.questions = tuple(
            QuestionSpec(q["key"], tuple(q["choices"])) for q in self.manifest["questions"]
        )
        marks = self.manifest["mentions"]
        self.mention_spec = (
            MentionSpec(tuple(marks["kinds"]), tuple(marks["scopes"])) if marks else None
        )
        self._temperatures: dict[str, float] = self.manifest["temperatures"]
        self._token_budget = token_budget
        self._tokenizer = TextTokenizer(
            self.folder / "tokenizer.json",
            self.manifest["prefix"],
            self.manifest["max_len"],
            self.manifest["pad_id"],
            blanks=bool(self.manifest.get("placeholders_blank")),
        )
        self._run = _open(self.folder / "model.onnx", threads)
        self.width = next(
            (int(out.shape[1]) for out in self._run.get_outputs() if out.name == EMBEDDING), None
        )
        self._reads_chars = any(given.name == "chars" for given in self._run.get_inputs())

    def predict(
        self,
        texts: Sequence[str],
        questions: Sequence[str] | None = None,
        *,
        mentions: bool = True,
    ) -> list[Prediction]:
        """One prediction per text, in the order given.

        `questions`: keys to answer, None = all. `mentions` is ignored by a model without them.
        Raises KeyError for a question the model was not trained on.
        """
        asked = self._asked(questions)
        items = self._tokenizer.encode(texts)
        marks = mentions and self.mention_spec is not None
        logits, tokens = self._forward(items, [q.key for q in asked], marks)
        probs = {q.key: calibration.apply(logits[q.key], self._temperatures[q.key]) for q in asked}
        return [
            Prediction(
                answers={q.key: _answer(q, probs[q.key][row]) for q in asked},
                mentions=self._spans(texts[row], item, tokens[row]) if marks else [],
                truncated=item.truncated,
                tokens=len(item),
            )
            for row, item in enumerate(items)
        ]

    def predict_proba(self, texts: Sequence[str], langs: Sequence[str]) -> dict[str, Floats]:
        """Calibrated probabilities by question, [N, choices]; `langs` is not needed here."""
        items = self._tokenizer.encode(texts)
        logits, _ = self._forward(items, [q.key for q in self.questions], marks=False)
        return {
            key: calibration.apply(values, self._temperatures[key])
            for key, values in logits.items()
        }

    def logits(self, texts: Sequence[str]) -> dict[str, Floats]:
        """Uncalibrated logits by question, [N, choices]: what a temperature is fitted on."""
        keys = [q.key for q in self.questions]
        return self._forward(self._tokenizer.encode(texts), keys, marks=False)[0]

    def embed(self, texts: Sequence[str]) -> Floats:
        """Where the encoder places the texts, [N, width], each of length 1; near means alike.

        Raises KeyError for a model without embeddings.
        """
        if self.width is None:
            raise KeyError("this model was exported without embeddings; train anew")
        items = self._tokenizer.encode(texts)
        placed = np.zeros((len(items), self.width), np.float32)
        for batch in batches_by_budget([len(item) for item in items], self._token_budget):
            placed[batch] = self._run.run([EMBEDDING], self._inputs([items[row] for row in batch]))[
                0
            ]
        return placed

    def _asked(self, questions: Sequence[str] | None) -> list[QuestionSpec]:
        if questions is None:
            return list(self.questions)
        known = {q.key: q for q in self.questions}
        missing = [key for key in questions if key not in known]
        if missing:
            raise KeyError(f"this model does not answer {missing}; it answers {list(known)}")
        return [known[key] for key in questions]

    def _forward(
        self, items: list[Encoded], keys: list[str], marks: bool
    ) -> tuple[dict[str, Floats], list[tuple[Floats, Floats]]]:
        """(logits by question [N, C], per text (tags [T, ..], scopes [T, ..]) when marked)."""
        widths = {q.key: len(q.choices) for q in self.questions}
        logits = {key: np.zeros((len(items), widths[key]), np.float32) for key in keys}
        empty = np.zeros((0, 0), np.float32)
        tokens: list[tuple[Floats, Floats]] = [(empty, empty)] * len(items)
        names = keys + ([TAGS, SCOPES] if marks else [])
        if not names:
            return logits, tokens
        for batch in batches_by_budget([len(item) for item in items], self._token_budget):
            found = self._run.run(names, self._inputs([items[row] for row in batch]))
            out: dict[str, Floats] = dict(zip(names, found, strict=True))
            for key in keys:
                logits[key][batch] = out[key]
            if marks:
                for at, row in enumerate(batch):
                    size = len(items[row])
                    tokens[row] = (out[TAGS][at, :size], out[SCOPES][at, :size])
        return logits, tokens

    def _inputs(self, batch: list[Encoded]) -> dict[str, Ints]:
        ids, mask = pad(batch, self._tokenizer.pad_id)
        given = {"input_ids": ids, "attention_mask": mask}
        if self._reads_chars:
            given["chars"] = pad_chars(batch)
        return given

    def _spans(self, text: str, item: Encoded, found: tuple[Floats, Floats]) -> list[MentionSpan]:
        assert self.mention_spec is not None  # noqa: S101  # the caller asked `marks`
        return mentions.decode(text, item, found[0], found[1], self.mention_spec)


def _open(file: Path, threads: int) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Spinning burns a core between requests; workers share cores.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    # Batches differ in shape: a plan of memory per shape, and an arena that never shrinks, would
    # only grow the process.
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    try:
        return ort.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors have no public root
        raise ArtefactCorrupt(f"{file} cannot be loaded: {error}") from error


def _answer(question: QuestionSpec, probs: Floats) -> Answer:
    return Answer(
        question.choices[int(probs.argmax())],
        {choice: float(p) for choice, p in zip(question.choices, probs, strict=True)},
    )
