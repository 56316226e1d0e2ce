"""Near-duplicates: the same words sent twice about one product, linked to the first.

Reviews without a product are linked when they are equal and long enough not to be so by chance.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from rensa import RMinHash, RMinHashLSH

from accounts.models import Store
from common.models import Job
from common.services import job_create
from reviews.cleaning.catalogue import NEAR_DUPLICATES
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
_LONG = 40  # letters and digits; below, equal texts without a product prove nothing
LEAST_SIMILAR = 0.7  # Jaccard similarity of the sets of 5-grams


def _plain(text: str) -> str:
    return _NOT_WORD.sub("", text).lower()


def grams(plain: str) -> set[str]:
    return {plain[place : place + _GRAM] for place in range(max(1, len(plain) - _GRAM + 1))}


def similarity(one: set[str], other: set[str]) -> float:
    """Jaccard similarity of two sets, in [0, 1]."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0


Row = tuple[int, str, int | None]


def _pairs(rows: Sequence[Row]) -> Iterable[tuple[int, int]]:
    """(review, the first review it repeats) among reviews of one product, oldest first."""
    index = RMinHashLSH(threshold=0.5, num_perm=_PERMUTATIONS, num_bands=_BANDS)
    kept: dict[int, set[str]] = {}
    short: dict[tuple[str, int | None], int] = {}
    long: list[tuple[int, set[str]]] = []
    for pk, text, shopper in rows:
        plain = _plain(text)
        if len(plain) >= _SHORT:
            long.append((pk, grams(plain)))
        elif shopper is not None and plain:
            first = short.setdefault((plain, shopper), pk)
            if first != pk:
                yield pk, first
    sketches = RMinHash.from_token_sets([sorted(found) for _, found in long], _PERMUTATIONS, 42)
    for (pk, found), sketch in zip(long, sketches, strict=True):
        near = [other for other in index.query(sketch) if other in kept]
        best = max(near, key=lambda other: similarity(found, kept[other]), default=None)
        if best is not None and similarity(found, kept[best]) >= LEAST_SIMILAR:
            yield pk, best
        else:
            kept[pk] = found
            index.insert(pk, sketch)


def _equal(rows: Sequence[Row]) -> Iterable[tuple[int, int]]:
    """The same among reviews without a product: equal, and long."""
    first: dict[str, int] = {}
    for pk, text, _ in rows:
        plain = _plain(text)
        if len(plain) >= _LONG and first.setdefault(plain, pk) != pk:
            yield pk, first[plain]


def duplicates_request(*, actor: Any, source_id: int, everything: bool = False) -> Job:
    """The job that looks at a source again: one that waits already, or a new one.

    It looks at what came in since the last one began; `everything`: at all of the source, as is
    needed when a rule was switched.
    """
    arguments = {"source": source_id} | ({"everything": True} if everything else {})
    waiting = Job.objects.filter(kind=KIND, state=Job.State.QUEUED, arguments=arguments).first()
    return waiting or job_create(actor=actor, kind=KIND, arguments=arguments)


def looked_at(*, source_id: int) -> datetime | None:
    """When the last finished look at a source began; None before the first."""
    done = Job.objects.filter(
        kind=KIND, state=Job.State.SUCCEEDED, arguments__source=source_id
    ).order_by("-started_at")
    return done.values_list("started_at", flat=True).first()


def _changed(source_id: int, since: datetime | None) -> QuerySet[Review]:
    found = Review.objects.filter(source_id=source_id)
    # A copy whose first changed may be none any more, wherever it stands.
    if since is None:
        return found
    return found.filter(Q(updated_at__gte=since) | Q(duplicate_of__updated_at__gte=since))


def products_changed(*, source_id: int, since: datetime | None) -> list[int]:
    """The products with reviews of a source that came or changed at or after `since`."""
    return list(
        _changed(source_id, since)
        .filter(product__isnull=False)
        .order_by("product_id")
        .values_list("product_id", flat=True)
        .distinct()
    )


def duplicates_mark(
    *,
    actor: Any,
    source_id: int,
    since: datetime | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Look at the products of a source again and link near-duplicates. Returns the links changed.

    Texts are compared within a product, whatever source they are from. Default texts, which say
    nothing, are left alone, as are sources that have the rule switched off. `since`: only products
    that got or changed reviews of the source at or after it.
    """
    changed = 0
    products = products_changed(source_id=source_id, since=since)
    for done, product in enumerate(products):
        changed += _mark({"product_id": product}, _pairs)
        progress(done + 1)
    alone = _changed(source_id, since).filter(product__isnull=True)
    for store in set(alone.values_list("store_id", flat=True)):
        changed += _mark({"product_id": None, "store_id": store}, _equal)
    return changed


@transaction.atomic
def _mark(group: dict[str, int | None], pairs: Callable[[Sequence[Row]], Any]) -> int:
    """Link the reviews of one `group` (field: value) anew."""
    where = {
        (f"review__{name}" if value is not None else f"review__{name}__isnull"): (
            value if value is not None else True
        )
        for name, value in group.items()
    }
    rows = list(
        revisions_for(Purpose.ANALYSE, Store.objects.all())
        .filter(review__left_out=LeftOut.NOTHING, **where)
        .exclude(review__source__rules_off__contains=[NEAR_DUPLICATES])
        .order_by(F("review__posted_at").asc(nulls_last=True), "review_id")
        .values_list("review_id", "text", "review__shopper_id")
    )
    wanted = dict(pairs(rows))
    linked = Review.objects.filter(duplicate_of__isnull=False)
    before = dict(
        linked.filter(**{name.removeprefix("review__"): value for name, value in where.items()})
        .order_by()
        .values_list("pk", "duplicate_of_id")
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
