from __future__ import annotations

from django.db import models
from django.db.models import Q

from reviews.models import TextRevision


class Snapshot(models.Model):
    """An immutable, hashed set of labelled reviews with its split."""

    content_hash = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    # Where the rows came from: annotations of the database, or a labelled file.
    origin = models.CharField(max_length=12, default="annotations")
    questions = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(origin__in=["annotations", "file"]), name="snapshot_origin_known"
            )
        ]

    def __str__(self) -> str:
        return self.name


class SnapshotItem(models.Model):
    """One labelled text of a snapshot. Erasing a review takes its row; the hash stays."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="items")
    revision = models.ForeignKey(
        TextRevision, null=True, on_delete=models.CASCADE, related_name="snapshot_items"
    )
    text = models.TextField()  # redacted, as it stood
    language = models.CharField(max_length=10)
    split = models.CharField(max_length=5)
    answers = models.JSONField(default=dict)
    mentions = models.JSONField(null=True)
    # Below 1: a lexicon said so, and no person.
    weight = models.FloatField(default=1.0, db_default=1.0)
    row_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(split__in=["train", "dev", "test"]), name="snapshot_item_split"
            ),
            models.CheckConstraint(
                condition=Q(weight=1) | Q(weight__gt=0, weight__lt=1, split="train"),
                name="snapshot_item_weak_in_train",
            ),
        ]

    def __str__(self) -> str:
        return f"snapshot {self.snapshot_id}, item {self.pk}"
