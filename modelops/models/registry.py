from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.models import Job
from modelops.models.snapshots import Snapshot


class TrainingRun(models.Model):
    """One training: its configuration, what came of it, and how long it took."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="runs")
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    family = models.CharField(max_length=10, default="encoder")
    base = models.CharField(max_length=200)
    config = models.JSONField(default=dict)
    metrics = models.JSONField(default=dict)
    log = models.JSONField(default=list)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"run {self.pk}"


class ModelVersion(models.Model):
    """The artefact a run made, and its place: candidate, champion, shadow or retired."""

    class State(models.TextChoices):
        CANDIDATE = "candidate", _("Candidate")
        CHAMPION = "champion", _("Champion")
        SHADOW = "shadow", _("Shadow")
        RETIRED = "retired", _("Retired")

    name = models.SlugField(max_length=60)
    number = models.PositiveIntegerField()
    run = models.ForeignKey(TrainingRun, on_delete=models.PROTECT, related_name="versions")
    family = models.CharField(max_length=10)
    questions = ArrayField(models.SlugField(max_length=40))
    state = models.CharField(max_length=10, choices=State.choices, default=State.CANDIDATE)
    # Its answers come from somebody else's computer, so texts go there.
    remote = models.BooleanField(default=False, db_default=False)
    # Relative to the home's folder of models; the hashes of its files stand in its manifest.
    artefact = models.CharField(max_length=200)
    artefact_hash = models.CharField(max_length=64)
    metrics = models.JSONField(default=dict)
    baselines = models.JSONField(default=dict)
    verdict = models.JSONField(default=dict)
    card = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    promoted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["name", "number"], name="model_version_once"),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="champion"), name="model_one_champion"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["candidate", "champion", "shadow", "retired"]),
                name="model_state_known",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name people and commands use for it: `name-number`."""
        return f"{self.name}-{self.number}"


class TestUse(models.Model):
    """Each look at a test split is counted: a split looked at often stops being a test."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="test_uses")
    model = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="test_uses")
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"test use {self.pk}"
