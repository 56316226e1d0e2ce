from __future__ import annotations

from django.db import models
from django.db.models import Q


class RetentionRule(models.Model):
    """How long a class of data is kept, for all of it or for one scope (such as a source).

    Without a rule the class's own default holds. `days` null: until somebody erases it.
    """

    data_class = models.CharField(max_length=40)
    scope = models.CharField(max_length=60, blank=True)
    days = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["data_class", "scope"]
        constraints = [
            models.UniqueConstraint(fields=["data_class", "scope"], name="retention_rule_once"),
            models.CheckConstraint(
                condition=Q(days__isnull=True) | Q(days__lte=36500), name="retention_days_sane"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.data_class} {self.scope}".strip()


class RetentionRun(models.Model):
    """One daily round: until when it looked, and what went, by class."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    # {class: rows gone}; `problems`: of the classes that could not be done, the error's type.
    gone = models.JSONField(default=dict)
    problems = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"retention run {self.pk}"
