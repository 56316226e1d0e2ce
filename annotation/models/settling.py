"""What several answers about one review come to: a lead's word, the consensus, and doubts."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from annotation.models.questions import Choice, Question
from reviews.models import TextRevision


class Adjudication(models.Model):
    """A lead's answer to a question about a text, which outweighs all others.

    Never changed: another one takes its place, or it is taken back; both set `replaced_at`.
    """

    class Cause(models.TextChoices):
        DIFFER = "differ"  # people answered differently
        SUSPECT = "suspect"  # one answer looked like a mistake

    revision = models.ForeignKey(
        TextRevision, on_delete=models.CASCADE, related_name="adjudications"
    )
    # Where it was made, when it was carried over to a text that was redacted anew.
    made_on = models.ForeignKey(
        TextRevision, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    choice = models.ForeignKey(Choice, on_delete=models.PROTECT, related_name="+")
    # Whose answer was taken; empty: the lead's own.
    taken_from = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Of a demand answer that was taken: start, end, kind and scope of the mentions it follows from.
    # A copy, since whoever marked them may mark others later. Null: nobody said which.
    mentions = models.JSONField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="adjudications"
    )
    cause = models.CharField(max_length=8, choices=Cause.choices, default=Cause.DIFFER)
    guideline_version = models.PositiveSmallIntegerField(default=1)
    # The same for all that one press decided, and for `replaced_at` of what they replace.
    created_at = models.DateTimeField(default=timezone.now)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "question"],
                condition=Q(replaced_at=None),
                name="adjudication_one_in_force",
            ),
            models.CheckConstraint(
                condition=Q(cause__in=["differ", "suspect"]), name="adjudication_cause_known"
            ),
        ]

    def __str__(self) -> str:
        return f"adjudication {self.pk}"


class Consensus(models.Model):
    """What several people's answers come to by the model of Dawid and Skene."""

    revision = models.ForeignKey(TextRevision, on_delete=models.CASCADE, related_name="+")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+")
    choice = models.ForeignKey(Choice, on_delete=models.CASCADE, related_name="+")
    probability = models.FloatField()
    # The answers it was made from: it counts no longer once there is another one.
    answers = models.PositiveSmallIntegerField()
    newest = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "question"], name="consensus_once"),
            models.CheckConstraint(
                condition=Q(probability__gte=0, probability__lte=1), name="consensus_probability"
            ),
        ]

    def __str__(self) -> str:
        return f"consensus {self.pk}"


class Suspect(models.Model):
    """A label that looks like a mistake to a model that has not learned from it."""

    class State(models.TextChoices):
        OPEN = "open"
        KEPT = "kept"
        CHANGED = "changed"

    revision = models.ForeignKey(TextRevision, on_delete=models.CASCADE, related_name="+")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+")
    choice = models.ForeignKey(Choice, on_delete=models.CASCADE, related_name="+")
    suggested = models.ForeignKey(Choice, on_delete=models.CASCADE, related_name="+")
    # How far the label is to be believed, 0 to 1; the least first. Out of `ranked` labels.
    score = models.FloatField()
    rank = models.PositiveIntegerField()
    ranked = models.PositiveIntegerField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "question", "rank"], name="suspect_queue")]
        constraints = [
            models.UniqueConstraint(fields=["revision", "question"], name="suspect_once"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "kept", "changed"]), name="suspect_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"suspect {self.pk}"
