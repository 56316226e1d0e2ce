from __future__ import annotations

from django.db import models

from common.models import Job
from modelops.models.snapshots import Snapshot


class LearningCurve(models.Model):
    """How scores grew with the labels of a snapshot, and what is foretold of more of them."""

    # Without it once the snapshot is gone; the hash tells which one it was.
    snapshot = models.ForeignKey(Snapshot, null=True, on_delete=models.SET_NULL, related_name="+")
    snapshot_hash = models.CharField(max_length=64)
    job = models.OneToOneField(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    # By question, as `modelops.ml.forecast` gives it, and how it was measured.
    content = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"learning curve {self.pk}"
