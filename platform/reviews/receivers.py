from __future__ import annotations

from typing import Any

from reviews.services.wishes import wishes_apply
from reviews.signals import reviews_stored


def _keep_wishes(sender: object, review_ids: list[int], **news: Any) -> None:
    wishes_apply(review_ids=review_ids)


def connect() -> None:
    reviews_stored.connect(_keep_wishes, dispatch_uid="reviews.keep_wishes")
