"""Upward news: sent once per batch, with ids, inside the transaction that made the change."""

from django.dispatch import Signal

# review_ids: list[int], revision_ids: list[int] of new current revisions.
reviews_stored = Signal()
# review_ids: list[int]; sent before the rows go or their keys change, so that cells can be marked.
reviews_changing = Signal()
# review_ids: list[int]; sent before the rows are deleted, so that what learned from them is noted.
reviews_removing = Signal()
