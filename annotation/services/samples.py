"""The sample data that ships with the product: catalogue, reviews' labels, audit sample.

Its labels are the "starter labels"; whoever shows a score on them says that they are synthetic.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import Store
from annotation.models import AnnotationSource, Batch, BatchItem, SamplingDesign
from annotation.services.audit import audit_batch
from annotation.services.labels import (
    GivenLabels,
    GivenMention,
    annotator_ensure,
    batch_items_ensure,
    labels_store,
)
from privacy.redaction.engine import Redactor
from reviews.models import Product, Purpose, Source
from reviews.redacting import engine
from reviews.selectors import reviews_for
from reviews.services.catalogue import ProductRow, products_store

SOURCE = "samples"
AUDIT_RATE = 1 / 6  # the rate at which the audit reviews of the sample were drawn
SPLITS = ("train", "dev", "test")
_QUESTIONS = ["sentiment", "purchase_intent", "product_demand"]


def lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def catalogue_load(*, actor: Any, folder: Path, stores: dict[str, Store]) -> None:
    """Products and categories of `folder`'s products.csv into `stores` (by key)."""
    rows: dict[str, list[ProductRow]] = defaultdict(list)
    with (folder / "products.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows[row["store"]].append(
                ProductRow(
                    external_id=row["product_id"],
                    name_en=row["name_en"],
                    name_zh=row["name_zh"],
                    brand=f"{row['brand_zh']} {row['brand_en']}".strip(),
                    category_en=row["category_en"],
                    category_zh=row["category_zh"],
                )
            )
    for key, products in rows.items():
        known = Product.objects.filter(store=stores[key], from_import=False).count()
        if known < len(products):
            products_store(actor=actor, store=stores[key], rows=products)


def _splits(folder: Path) -> dict[str, str]:
    with (folder / "products.csv").open(encoding="utf-8", newline="") as file:
        return {row["product_id"]: row["split"] for row in csv.DictReader(file)}


def original_texts(folder: Path) -> dict[str, str]:
    """`{review id: text before redaction}` of the sample files."""
    with (folder / "reviews_lanting.csv").open(encoding="utf-8", newline="") as file:
        texts = {row["id"]: row["text"] for row in csv.DictReader(file)}
    texts |= {row["id"]: row["text"] for row in lines(folder / "reviews_northway.jsonl")}
    return texts


def _batches() -> dict[str, Batch]:
    found = {}
    for split in SPLITS:
        found[split], _ = Batch.objects.get_or_create(
            name=f"starter-{split}",
            defaults={"design": SamplingDesign.GIVEN, "questions": _QUESTIONS},
        )
    return found


@transaction.atomic
def labels_load(*, actor: Any, folder: Path) -> int:
    """Store the starter labels of reviews that are in. Returns the number of new answers.

    A review drawn for the audit sample goes there and nowhere else; the others go to the batch
    of their product's split.
    """
    ids = {
        external_id: (pk, product)
        for pk, external_id, product in reviews_for(Purpose.LABEL, Store.objects.all())
        .filter(source__kind=Source.Kind.SAMPLE, source__key=SOURCE)
        .values_list("pk", "external_id", "product__external_id")
    }
    splits, texts = _splits(folder), original_texts(folder)
    first = [row for row in lines(folder / "labels.jsonl") if "skip" not in row]
    second = list(lines(folder / "second_labels.jsonl"))
    twice = {row["id"] for row in second}
    groups: dict[str, list[str]] = defaultdict(list)
    for row in first:
        if row["id"] in ids:
            split = splits[ids[row["id"]][1]]
            groups["audit" if row["audit"] else split].append(row["id"])
    items: dict[str, BatchItem] = {}
    batches = {**_batches(), "audit": audit_batch()}
    for group, external in groups.items():
        made = batch_items_ensure(
            batch=batches[group],
            review_ids=[ids[name][0] for name in external],
            probability=AUDIT_RATE if group == "audit" else None,
        )
        items |= {name: made[ids[name][0]] for name in external}
    BatchItem.objects.filter(pk__in=[items[name].pk for name in twice if name in items]).update(
        wanted_answers=2
    )
    redactor = engine()
    stored = 0
    for name, rows in (("starter-a", first), ("starter-b", second)):
        stored += labels_store(
            actor=actor,
            annotator=annotator_ensure(name=name),
            labels=[
                _given(row, ids[row["id"]][0], texts[row["id"]], items[row["id"]], redactor)
                for row in rows
                if row["id"] in ids
            ],
            source=AnnotationSource.STARTER,
        )
    return stored


def _given(
    row: dict[str, Any], review_id: int, text: str, item: BatchItem, redactor: Redactor
) -> GivenLabels:
    # The files mark spans in the text as it was written; people label what they are shown, which
    # is the redacted text.
    offsets = redactor.redact(text).offset_map
    mentions = []
    for span in row["mentions"]:
        moved = offsets.to_redacted(span["start"], span["end"])
        if moved is not None:
            mentions.append(
                GivenMention(*moved, span["kind"], span["scope"], span.get("theme", ""))
            )
    return GivenLabels(
        review_id=review_id,
        answers={key: row[key] for key in _QUESTIONS},
        mentions=mentions,
        flags=row["flags"],
        item=item,
    )
