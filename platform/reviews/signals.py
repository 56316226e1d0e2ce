"""Upward news: sent once per batch, with ids, inside the transaction that made the change."""

from django.dispatch import Signal

# review_ids: list[int], revision_ids: list[int] of new current revisions. May have `created`:
# list[int], those of review_ids that were not there before, so that nothing hangs on them yet.
reviews_stored = Signal()
# review_ids: list[int]; sent before the rows go or their keys change, so that cells can be marked.
reviews_changing = Signal()
# pairs: list[tuple[int, int]], (revision before, revision now) of texts that were redacted anew;
# the new one's `offset_map` leads from the one to the other. Sent before `reviews_stored`.
revisions_replaced = Signal()
# review_ids: list[int]; sent before the rows are deleted, so that what learned from them is noted.
reviews_removing = Signal()
