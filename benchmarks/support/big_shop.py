"""A shop with as many reviews as one likes, written by COPY: for benches that only read."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.support import texts

PRODUCTS, CATEGORIES, STORES = 2000, 25, 3
DAYS = 3 * 365
NEWEST = datetime(2026, 3, 31, tzinfo=UTC)

_SENTENCE = re.compile(r"[^。！？!?.\n]+[。！？!?.]?")
_REVIEWS = (
    "id, store_id, source_id, external_id, product_id, channel, stars, language, variety, "
    "posted_at, created_at, updated_at, content_hash, left_out, incentivised, legal_basis, purposes"
)
_REVISIONS = (
    "id, review_id, number, is_current, text, text_hash, redactor_version, placeholders, search, "
    "created_at"
)
# Built anew behind the COPY, all at once: that is a third of the time.
_LATER = ("revision_search",)


def fill(rows: int, seed: int = 7) -> None:
    """Make stores, products and `rows` reviews with their texts, then let the database count.

    Called inside a home that holds nothing else. Texts are sentences of the samples put together
    anew, with words of their own, so that some words stand in half of them and others in one.
    """
    from django.db import connection

    sources = _shop()
    with connection.cursor() as cursor:
        cursor.execute("set maintenance_work_mem = '512MB'")
        definitions = []
        for name in _LATER:
            cursor.execute("select pg_get_indexdef(%s::regclass)", [name])
            definitions.append(cursor.fetchone()[0])
            cursor.execute(f"drop index {name}")
        with cursor.copy(f"copy reviews_review ({_REVIEWS}) from stdin") as copy:
            for row in _reviews(rows, sources, seed):
                copy.write_row(row)
        with cursor.copy(f"copy reviews_textrevision ({_REVISIONS}) from stdin") as copy:
            for row in _revisions(rows, seed):
                copy.write_row(row)
        for definition in definitions:
            cursor.execute(definition)
        for table in ("reviews_review", "reviews_textrevision"):
            cursor.execute("select setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, rows])
            cursor.execute(f"vacuum analyze {table}")


def _shop() -> list[tuple[int, int, list[int]]]:
    """(store, source, products) of each store."""
    from accounts.services import store_ensure
    from reviews.models import Category, Product
    from reviews.services.importing import source_ensure

    categories = Category.objects.bulk_create(
        Category(key=f"category-{n}", name_en=f"Category {n}", name_zh=f"类目{n}")
        for n in range(CATEGORIES)
    )
    found = []
    for at in range(STORES):
        store = store_ensure(actor=None, key=f"store-{at}")
        source = source_ensure(actor=None, store=store, key="history")
        products = Product.objects.bulk_create(
            Product(store=store, external_id=f"P-{n}", name_en=f"Product {n}", category=category)
            for n in range(PRODUCTS // STORES)
            for category in [categories[n % CATEGORIES]]
        )
        found.append((store.pk, source.pk, [product.pk for product in products]))
    return found


def language_of(at: int) -> str:
    """The language of review number `at`: two in three are Chinese."""
    return "en" if at % 3 == 0 else "zh"


def _reviews(
    rows: int, sources: list[tuple[int, int, list[int]]], seed: int
) -> Iterator[tuple[Any, ...]]:
    rng = random.Random(seed)
    weights = [1 / (place + 3) for place in range(PRODUCTS // STORES)]
    now = NEWEST
    purposes = ["analyse", "train", "label", "export"]
    for at in range(1, rows + 1):
        store, source, products = sources[at % STORES]
        language = language_of(at)
        posted = now - timedelta(seconds=rng.randrange(DAYS * 86_400))
        yield (
            at, store, source, f"r{at}", rng.choices(products, weights)[0], "review",
            rng.choice((1, 3, 4, 5, 5, 5)), language, "zh-Hans" if language == "zh" else "en",
            None if at % 200 == 0 else posted, now, now, f"{at:064d}", "", False,
            "legitimate_interest", purposes,
        )  # fmt: skip


def _revisions(rows: int, seed: int) -> Iterator[tuple[Any, ...]]:
    from reviews.search_vector import search_vector

    rng = random.Random(seed + 1)
    sentences: dict[str, list[str]] = {"zh": [], "en": []}
    for row in texts.sample_rows():
        language = "zh" if "-z" in row["id"] else "en"
        sentences[language] += [s for s in _SENTENCE.findall(row["text"]) if len(s) > 4]
    for at in range(1, rows + 1):
        language = language_of(at)
        parts = rng.choices(sentences[language], k=rng.choice((1, 2, 2, 3, 3, 4, 5)))
        text = ("" if language == "zh" else " ").join([*parts, _own_words(rng, language)])
        yield (at, at, 1, True, text, f"{at:064d}", "1", 0, search_vector(text), NEWEST)


def _own_words(rng: random.Random, language: str) -> str:
    """A few words, some used by many and most by next to nobody."""
    number = int(rng.paretovariate(0.6)) % 400_000
    if language == "en":
        return f"model {number:x}k"
    return f"型号{chr(0x4E00 + number % 5000)}{chr(0x4E00 + number // 80 % 5000)}"
