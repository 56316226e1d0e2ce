"""Upward news: sent once per batch, inside the transaction that stored the answers."""

from django.dispatch import Signal

# review_ids: list[int] of the reviews that were answered; model_id: int of the version that did.
predictions_stored = Signal()
# model_id: int of the new champion; sent in the transaction that promotes it.
champion_changed = Signal()
