"""A model of a few thousand numbers that answers the real questions, made in seconds.

It is no good and need not be: what is measured with it is everything around the model.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.support.texts import SAMPLES, sample_rows
from taxonomy.questions import QUESTIONS

if TYPE_CHECKING:
    from modelops.ml.spec import Example

_TRAIN, _DEV = 120, 40  # reviews
_WIDTH = 32


def make(folder: Path) -> dict[str, Any]:
    """Train it on some of the sample labels into `folder`; what to install, see `champions`."""
    from modelops.ml.spec import QuestionSpec, TrainConfig
    from modelops.ml.training import train_encoder

    examples = examples_of_samples(_TRAIN + _DEV)
    made = train_encoder(
        examples[:_TRAIN],
        examples[_TRAIN:],
        None,
        [QuestionSpec(question.key, question.choice_keys) for question in QUESTIONS],
        TrainConfig(
            epochs=1,
            token_budget=None,
            max_len=48,
            serve_max_len=64,
            frozen_layers=0,
            batch_size=16,
            seed=3,
            threads=1,
        ),
        folder / "model",
        base=str(base(folder / "base", [example.text for example in examples])),
        cache_dir=folder / "cache",
    )
    return {
        "folder": str(made.artefact),
        "name": "tiny",
        "family": "encoder",
        "base": "tiny",
        "questions": [question.key for question in QUESTIONS],
        "metrics": made.metrics,
        "verdict": made.verdict.to_dict(),
    }


def examples_of_samples(count: int) -> list[Example]:
    """Every seventh labelled review, so that both languages and all products are among them."""
    from modelops.ml.spec import Example

    texts = {row["id"]: row["text"] for row in sample_rows()}
    lines = (SAMPLES / "labels.jsonl").read_text("utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if "skip" not in row]
    seen: dict[str, Example] = {}
    for row in rows[::7]:
        text = texts[row["id"]]
        answers = {question.key: row[question.key] for question in QUESTIONS}
        marks = [(m["start"], m["end"], m["kind"], m["scope"]) for m in row["mentions"]]
        language = "zh" if "-z" in row["id"] else "en"
        seen.setdefault(text, Example(row["id"], text, language, answers, marks))
    return list(seen.values())[:count]


def base(folder: Path, texts: list[str]) -> Path:
    """A random two-layer BERT whose tokens are the characters of `texts`."""
    import torch
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel

    letters = sorted({letter for text in texts for letter in text if not letter.isspace()})
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters]
    made = Tokenizer(
        models.WordLevel({token: at for at, token in enumerate(tokens)}, unk_token=tokens[1])
    )
    made.normalizer = normalizers.NFKC()
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"\s+"), "removed"),
            pre_tokenizers.Split(Regex("."), "isolated"),
        ]
    )
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=made.get_vocab_size(),
        hidden_size=_WIDTH,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=2 * _WIDTH,
        max_position_embeddings=80,
        pad_token_id=0,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(str(folder))
    made.save(str(folder / "tokenizer.json"))
    return folder
