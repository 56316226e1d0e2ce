from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reviews.services.following import follow_ups_stored
from reviews.services.tails import tails_carry
from reviews.services.wishes import wishes_apply
from reviews.signals import reviews_stored


def _keep_wishes(sender: object, review_ids: list[int], **news: Any) -> None:
    wishes_apply(review_ids=review_ids)


def _carry_tails(
    sender: object,
    review_ids: list[int],
    revision_ids: list[int],
    created: Sequence[int] = (),
    **news: Any,
) -> None:
    if len(created) < len(review_ids):
        tails_carry(revision_ids=revision_ids)


def _join_follow_ups(sender: object, review_ids: list[int], **news: Any) -> None:
    follow_ups_stored(review_ids=review_ids)


def connect() -> None:
    # In this order: what the person wished decides what may be joined.
    reviews_stored.connect(_keep_wishes, dispatch_uid="reviews.keep_wishes")
    # What was replaced below the words of a review goes into the follow-ups before they are read.
    reviews_stored.connect(_carry_tails, dispatch_uid="reviews.carry_tails")
    reviews_stored.connect(_join_follow_ups, dispatch_uid="reviews.join_follow_ups")
