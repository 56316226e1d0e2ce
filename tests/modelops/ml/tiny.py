"""A base model of 20,000 numbers and a small task that it can learn: real parts, no downloads."""

from __future__ import annotations

import random
from pathlib import Path

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from modelops.ml.spec import Example, QuestionSpec, TrainConfig

MOOD = QuestionSpec("sentiment", ("positive", "neutral", "negative"))
WISH = QuestionSpec("product_demand", ("add", "improve", "none"))
QUESTIONS = (MOOD, WISH)

QUICK = TrainConfig(
    epochs=18,
    token_budget=None,
    max_len=48,
    serve_max_len=64,
    frozen_layers=0,
    batch_size=8,
    lr=3e-3,
    head_lr=1e-2,
    mention_weight=8.0,
    average=0.9,
    seed=3,
    threads=1,
)

_MOODS = {
    "zh": {"positive": "很好喜欢", "neutral": "一般还行", "negative": "太差失望"},
    "en": {"positive": "love it", "neutral": "it is okay", "negative": "awful junk"},
}
_THINGS = {"zh": ("把手", "盖子", "电池", "屏幕"), "en": ("handle", "lid", "battery", "screen")}
_WISHES = {
    "zh": {"add": "请加{}", "improve": "{}再好点", "none": "有{}"},
    "en": {"add": "please add {}", "improve": "better {} pls", "none": "has {}"},
}


def reviews(count: int, seed: int) -> list[Example]:
    """Made-up reviews, half Chinese, with all answers and the wished thing as a mention."""
    rng = random.Random(seed)
    out = []
    for at in range(count):
        lang = "zh" if at % 2 else "en"
        mood, wish = rng.choice(MOOD.choices), rng.choice(WISH.choices)
        thing = rng.choice(_THINGS[lang])
        tail = "".join(rng.choice("0123456789") for _ in range(6))
        text = f"{_MOODS[lang][mood]} {_WISHES[lang][wish].format(thing)} {tail}"
        start = text.index(thing)
        marks = [] if wish == "none" else [(start, start + len(thing), wish, "product")]
        answers = {"sentiment": mood, "product_demand": wish}
        out.append(Example(f"{seed}-{at}", text, lang, answers, marks))
    return out


def tokenizer() -> Tokenizer:
    """One token per character after NFKC, spaces dropped: [CLS] text [SEP], padding is 0."""
    letters = sorted({c for example in reviews(400, 99) for c in example.text} - {" "})
    vocab = {token: at for at, token in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters])}
    out = Tokenizer(models.WordLevel(vocab, unk_token="[UNK]"))
    out.normalizer = normalizers.NFKC()
    out.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"\s+"), "removed"),
            pre_tokenizers.Split(Regex("."), "isolated"),
        ]
    )
    out.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return out


def base_folder(folder: Path) -> Path:
    """Write a random two-layer BERT with its tokeniser."""
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(1)
    made = tokenizer()
    config = BertConfig(
        vocab_size=made.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=80,
        pad_token_id=0,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(str(folder))
    made.save(str(folder / "tokenizer.json"))
    return folder
