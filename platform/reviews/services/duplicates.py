"""Near-duplicates: the same words sent twice about one product, linked to the first."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from rensa import RMinHash, RMinHashLSH

from accounts.models import Store
from common.models import Job
from common.services import job_create
from reviews.models import LeftOut, Purpose, Review
from reviews.selectors import revisions_for
from reviews.signals import reviews_changing

KIND = "find_duplicates"
_NOT_WORD = re.compile(r"[\W_]+")
_GRAM = 5
_PERMUTATIONS = 128
_BANDS = 32
# Shorter texts are the same by chance ("好评", "works well"): only one shopper's own repeat counts.
_SHORT = 12  # letters and digits
LEAST_SIMILAR = 0.7  # Jaccard similarity of the sets of 5-grams


def _plain(text: str) -> str:
    return _NOT_WORD.sub("", text).lower()


def grams(plain: str) -> set[str]:
    return {plain[place : place + _GRAM] for place in range(max(1, len(plain) - _GRAM + 1))}


def similarity(one: set[str], other: set[str]) -> float:
    """Jaccard similarity of two sets, in [0, 1]."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def _pairs(rows: Sequence[tuple[int, str, int | None]]) -> Iterable[tuple[int, int]]:
    """(review, the first review it repeats) among reviews of one product, oldest first."""
    index = RMinHashLSH(threshold=0.5, num_perm=_PERMUTATIONS, num_bands=_BANDS)
    kept: dict[int, set[str]] = {}
    short: dict[tuple[str, int | None], int] = {}
    for pk, text, shopper in rows:
        plain = _plain(text)
        if len(plain) < _SHORT:
            if shopper is not None and plain:
                first = short.setdefault((plain, shopper), pk)
                if first != pk:
                    yield pk, first
            continue
        found = grams(plain)
        sketch = RMinHash(num_perm=_PERMUTATIONS, seed=42)
        sketch.update(sorted(found))
        near = [other for other in index.query(sketch) if other in kept]
        best = max(near, key=lambda other: similarity(found, kept[other]), default=None)
        if best is not None and similarity(found, kept[best]) >= LEAST_SIMILAR:
            yield pk, best
        else:
            kept[pk] = found
            index.insert(pk, sketch)


def duplicates_request(*, actor: Any, source_id: int) -> Job:
    """The job that looks at a source again: one that waits already, or a new one."""
    waiting = Job.objects.filter(
        kind=KIND, state=Job.State.QUEUED, arguments__source=source_id
    ).first()
    return waiting or job_create(actor=actor, kind=KIND, arguments={"source": source_id})


def duplicates_mark(
    *, actor: Any, source_id: int, progress: Callable[[int], None] = lambda done: None
) -> int:
    """Look at the products of a source again and link near-duplicates. Returns the links changed.

    Texts are compared within a product; reviews without a product are left alone, as are default
    texts, which say nothing.
    """
    products = (
        Review.objects.filter(source_id=source_id, product__isnull=False)
        .order_by("product_id")
        .values_list("product_id", flat=True)
        .distinct()
    )
    changed = 0
    for done, product in enumerate(products):
        changed += _mark_product(product)
        progress(done + 1)
    return changed


@transaction.atomic
def _mark_product(product_id: int) -> int:
    rows = list(
        revisions_for(Purpose.ANALYSE, Store.objects.all())
        .filter(review__product_id=product_id, review__left_out=LeftOut.NOTHING)
        .order_by(F("review__posted_at").asc(nulls_last=True), "review_id")
        .values_list("review_id", "text", "review__shopper_id")
    )
    wanted = dict(_pairs(rows))
    before = dict(
        Review.objects.filter(product_id=product_id, duplicate_of__isnull=False).values_list(
            "pk", "duplicate_of_id"
        )
    )
    changes: dict[int | None, list[int]] = defaultdict(list)
    for pk in {*wanted, *before}:
        if wanted.get(pk) != before.get(pk):
            changes[wanted.get(pk)].append(pk)
    touched = [pk for pks in changes.values() for pk in pks]
    if touched:
        reviews_changing.send(sender=Review, review_ids=touched)
    for first, pks in changes.items():
        Review.objects.filter(pk__in=pks).update(duplicate_of=first)
    return len(touched)
