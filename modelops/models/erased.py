from __future__ import annotations

from django.db import models
from django.db.models import Q

from common.models import Job
from modelops.models.registry import ModelVersion


class HoldsErased(models.Model):
    """A version that learned from reviews which were erased since: it is to be replaced.

    What a model has learned cannot be taken out of it, so another one is trained without.
    """

    model = models.OneToOneField(ModelVersion, on_delete=models.CASCADE, related_name="erased")
    rows = models.PositiveIntegerField()
    first_at = models.DateTimeField(auto_now_add=True)
    last_at = models.DateTimeField(auto_now=True)
    # The training of its replacement, once one was begun after the last erasure.
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-last_at"]
        constraints = [models.CheckConstraint(condition=Q(rows__gte=1), name="erased_rows_some")]

    def __str__(self) -> str:
        return f"model {self.model_id} holds {self.rows} erased rows"
