from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "samples"


@dataclass
class Samples:
    """The sample files, read as anybody would read them."""

    products: dict[str, dict[str, str]] = field(default_factory=dict)
    reviews: dict[str, dict[str, Any]] = field(default_factory=dict)
    labels: dict[str, dict[str, Any]] = field(default_factory=dict)
    second: dict[str, dict[str, Any]] = field(default_factory=dict)
    personal: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    duplicates: dict[str, str] = field(default_factory=dict)

    def language(self, review: str) -> str:
        return "zh" if "-z" in review else "en"

    def text(self, review: str) -> str:
        text: str = self.reviews[review]["text"]
        return text

    @property
    def answered(self) -> dict[str, dict[str, Any]]:
        """The labels of reviews that can be labelled (default texts are skipped)."""
        return {key: row for key, row in self.labels.items() if "skip" not in row}


def _jsonl(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]


def _csv(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def samples() -> Samples:
    found = Samples()
    found.products = {row["product_id"]: row for row in _csv("products.csv")}
    for row in [*_csv("reviews_lanting.csv"), *_jsonl("reviews_northway.jsonl")]:
        found.reviews[row["id"]] = row
    found.labels = {row["id"]: row for row in _jsonl("labels.jsonl")}
    found.second = {row["id"]: row for row in _jsonl("second_labels.jsonl")}
    found.personal = {row["id"]: row["spans"] for row in _jsonl("personal_data.jsonl")}
    found.duplicates = {row["id"]: row["duplicate_of"] for row in _csv("near_duplicates.csv")}
    return found
