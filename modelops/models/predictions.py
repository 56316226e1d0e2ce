from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from annotation.models import Choice, MentionSpan, Question
from modelops.models.registry import ModelVersion
from reviews.models import TextRevision


class Prediction(models.Model):
    """A model version's answer to a question about a revision. Narrow: there are many."""

    revision = models.ForeignKey(TextRevision, on_delete=models.CASCADE, related_name="predictions")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    model = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="predictions")
    choice = models.ForeignKey(Choice, on_delete=models.PROTECT, related_name="+")
    # Calibrated, in the order of the question's choices; they sum to 1.
    probabilities = ArrayField(models.FloatField())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "question", "model"], name="prediction_once"
            )
        ]

    def __str__(self) -> str:
        return f"prediction {self.pk}"


class PredictedMention(MentionSpan):
    """A mention that a model version marked."""

    revision = models.ForeignKey(
        TextRevision, on_delete=models.CASCADE, related_name="predicted_mentions"
    )
    model = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="+")
    score = models.FloatField()

    class Meta(MentionSpan.Meta):
        constraints = [
            *MentionSpan.Meta.constraints,
            models.UniqueConstraint(
                fields=["revision", "model", "start", "end", "kind"], name="predictedmention_once"
            ),
        ]

    def __str__(self) -> str:
        return f"predicted mention {self.pk}"


class AnalysisWork(models.Model):
    """The ledger: which revision is still to be analysed by which model version.

    The row is written with the review and closed in the transaction that stores the answers, so
    a lost, late or doubled message does no harm.
    """

    class State(models.TextChoices):
        TODO = "todo"
        DONE = "done"
        PARKED = "parked"

    revision = models.ForeignKey(TextRevision, on_delete=models.CASCADE, related_name="work")
    model = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="work")
    state = models.CharField(max_length=6, choices=State.choices, default=State.TODO)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["model", "id"], name="work_todo", condition=Q(state="todo"))
        ]
        constraints = [
            models.UniqueConstraint(fields=["revision", "model"], name="work_once"),
            models.CheckConstraint(
                condition=Q(state__in=["todo", "done", "parked"]), name="work_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"work {self.pk}"
