"""The starter labels with their texts, and mistakes planted among them."""

from __future__ import annotations

import csv
import json
import random
from dataclasses import dataclass

from common.home import CHECKOUT
from modelops.ml.spec import Example, QuestionSpec
from taxonomy.questions import BY_KEY


@dataclass(frozen=True, slots=True)
class Planted:
    """Examples whose labels of one question are wrong at the places `wrong`."""

    question: QuestionSpec
    examples: list[Example]
    wrong: frozenset[int]


def starter_set() -> list[Example]:
    """What the sample files hold and a model may learn from: no audit reviews, no skipped ones."""
    folder, texts = CHECKOUT / "samples", {}
    with (folder / "reviews_lanting.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = (folder / "reviews_northway.jsonl").read_text(encoding="utf-8").splitlines()
    for row in [*rows, *map(json.loads, lines)]:
        chinese = any("\u4e00" <= letter <= "\u9fff" for letter in row["text"])
        texts[row["id"]] = row["text"], "zh" if chinese else "en"
    labels = (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        Example(label["id"], *texts[label["id"]], {key: label[key] for key in BY_KEY})
        for label in map(json.loads, labels)
        if "skip" not in label and not label["audit"]
    ]


def plant(examples: list[Example], key: str, share: float, seed: int) -> Planted:
    """`share` of the labels of the question turned into another choice, drawn evenly."""
    dice, choices = random.Random(seed), BY_KEY[key].choice_keys
    wrong = frozenset(dice.sample(range(len(examples)), round(share * len(examples))))
    made = []
    for at, one in enumerate(examples):
        said = one.answers[key]
        if at in wrong:
            said = dice.choice([choice for choice in choices if choice != said])
        made.append(Example(one.id, one.text, one.lang, {key: said}))
    return Planted(QuestionSpec(key, choices), made, wrong)
