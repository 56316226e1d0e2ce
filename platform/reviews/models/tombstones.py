from __future__ import annotations

from django.db import models

from reviews.models.sources import Source


class Tombstone(models.Model):
    """A review that was deleted, known by keyed hashes: an old file does not bring it back.

    One with the same content, or an older one where files say when, is passed over; anything newer
    is a new review.
    """

    # No index of its own, as with the keys of a review.
    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="tombstones", db_index=False
    )
    key_hash = models.CharField(max_length=40)  # of the review's id in its source
    content_hash = models.CharField(max_length=40, blank=True)
    source_updated_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "key_hash"], name="tombstone_once_a_source")
        ]

    def __str__(self) -> str:
        return f"tombstone {self.pk}"
