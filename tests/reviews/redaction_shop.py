"""Reviews that came in through the real engine under a policy."""

from __future__ import annotations

import itertools
from typing import Any

from privacy.redaction.spans import TYPES
from reviews import redacting
from reviews.importing.rows import CleanRow
from reviews.models import Review, Source, TextRevision
from reviews.services.policies import policy_save
from reviews.services.storing import rows_store

PHONE = "13812345678"
_number = itertools.count(1)


def source(store: Any, key: str = "shop", **policy: Any) -> Source:
    found, _ = Source.objects.get_or_create(store=store, key=key)
    if policy:
        kept = policy.pop("kept_types", ())
        policy_save(
            actor=None,
            source=found,
            original=policy.pop("original", "drop"),
            style=policy.pop("style", "numbered"),
            kept_types=kept,
            doubt_below=policy.pop("doubt_below", 0.7),
        )
        assert not policy, policy
        assert set(kept) <= TYPES
        found.refresh_from_db()
    return found


def row(text: str, external_id: str = "") -> CleanRow:
    number = next(_number)
    return CleanRow(
        line=number,
        external_id=external_id or f"r{number}",
        text=text,
        product_id="",
        product_name="",
        brand="",
        category="",
        variant="",
        shopper="",
        posted_at=None,
        stars=None,
        channel="review",
        default_text=False,
        incentivised=False,
    )


def bring(found: Source, *texts: str, external_id: str = "") -> list[Review]:
    """Store texts as an import would, by the policy of this moment."""
    redact, stamp = redacting.for_source(found)
    rows = [row(text, external_id) for text in texts]
    rows_store(actor=None, source=found, rows=rows, redact=redact, redactor_version=stamp)
    stored = {
        review.external_id: review
        for review in Review.objects.filter(source=found).select_related("source", "store")
    }
    return [stored[one.external_id] for one in rows]


def store_as(found: Source, text: str, version: str = "2020.1") -> Review:
    """A stored text as an older version of the rules left it."""
    [review] = bring(found, "placeholder text to be replaced below")
    TextRevision.objects.filter(review=review).update(text=text, redactor_version=version)
    return review


def text_of(review: Review) -> str:
    return current(review).text


def current(review: Review) -> TextRevision:
    return TextRevision.objects.get(review=review, is_current=True)
