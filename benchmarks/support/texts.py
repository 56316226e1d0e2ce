"""Review files as large as one likes, from the sample reviews: each row with words of its own."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator
from pathlib import Path

from common.home import CHECKOUT

SAMPLES = CHECKOUT / "samples"
_TAILS = {
    "zh": ("用了{n}天", "家里第{n}个了", "客厅放了{n}件", "排队{n}分钟买的", "走了{n}公里试的"),
    "en": (
        "used it for {n} days",
        "our number {n} at home",
        "tried it on {n} evenings",
        "waited {n} minutes for it",
        "walked {n} miles with it",
    ),
}
_SHORT = 12  # letters: shorter texts are often the platforms' own default texts


def sample_rows() -> list[dict[str, str]]:
    """The sample reviews: id, product_id, shopper, date, stars, channel, text."""
    with (SAMPLES / "reviews_lanting.csv").open(encoding="utf-8", newline="") as file:
        rows = [dict(row) for row in csv.DictReader(file)]
    lines = (SAMPLES / "reviews_northway.jsonl").read_text("utf-8").splitlines()
    return rows + [{k: str(v) for k, v in json.loads(line).items()} for line in lines]


def varied(count: int, seed: int = 7, least: int = 0) -> Iterator[dict[str, str]]:
    """`count` reviews in both languages, ids and texts all different. Repeatable.

    `least`: characters; texts of other reviews in the same language are added up to there.
    """
    rng = random.Random(seed)
    rows = [row for row in sample_rows() if len(row["text"]) > _SHORT]
    more = {key: [row["text"] for row in rows if _language(row) == key] for key in _TAILS}
    for at in range(count):
        row = rows[at % len(rows)]
        language = _language(row)
        stop = "。" if language == "zh" else ". "
        words = [row["text"]]
        while sum(map(len, words)) < least:
            words.append(rng.choice(more[language]))
        words.append(rng.choice(_TAILS[language]).format(n=at + 3))
        yield {
            **row,
            "id": f"{row['id']}-{at}",
            "shopper": f"{row['shopper']}-{at % 997}",
            "text": stop.join(words),
        }


def _language(row: dict[str, str]) -> str:
    return "zh" if "-z" in row["id"] else "en"


def write(path: Path, count: int, least: int = 0) -> Path:
    """A CSV file of `count` varied reviews, of at least `least` characters."""
    fields = ["id", "product_id", "shopper", "date", "stars", "channel", "text"]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(varied(count, least=least))
    return path
