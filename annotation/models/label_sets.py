"""Changed label sets and guidelines: what became of each choice, and answers as they stood."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from annotation.models.answers import Annotation, AnnotationSource
from annotation.models.batches import Batch, BatchItem
from annotation.models.questions import Choice, Question
from reviews.models import TextRevision


class LabelSetChange(models.Model):
    """A question's choices were changed: from one version of the question to the next."""

    before = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    request = models.JSONField(default=list)  # the changes as they were asked for
    note = models.TextField(blank=True)
    counts = models.JSONField(default=dict)  # the preview that was confirmed
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    # Taken back: the version before is in force again, and this one is not counted any more.
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["after"], name="label_set_change_once"),
        ]

    def __str__(self) -> str:
        return f"change {self.pk} of {self.before.key}"


class ChoiceMapping(models.Model):
    """Where the answers of a choice went in a change; see `label_set_plan.Route`."""

    change = models.ForeignKey(LabelSetChange, on_delete=models.CASCADE, related_name="mappings")
    before = models.ForeignKey(Choice, null=True, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(Choice, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8)
    carries_people = models.BooleanField(default=True)
    carries_models = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=["same", "renamed", "polarity", "merged", "split", "retired", "added"]
                ),
                name="choice_mapping_kind",
            ),
            models.CheckConstraint(
                condition=Q(before__isnull=False) | Q(after__isnull=False),
                name="choice_mapping_of_something",
            ),
        ]

    def __str__(self) -> str:
        return f"mapping {self.pk}"


class AnswerBefore(models.Model):
    """An answer as it stood before it was carried over, or before it was given anew."""

    class Why(models.TextChoices):
        CARRIED = "carried"  # the label set changed
        RELABELLED = "relabelled"  # the person answered again, under newer rules
        UNDONE = "undone"  # the change of the label set was taken back

    # The answer that stands now; null where the person has given another one since.
    annotation = models.ForeignKey(
        Annotation, null=True, on_delete=models.SET_NULL, related_name="before"
    )
    revision = models.ForeignKey(TextRevision, on_delete=models.CASCADE, related_name="+")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    choice = models.ForeignKey(Choice, on_delete=models.PROTECT, related_name="+")
    annotator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    item = models.ForeignKey(BatchItem, null=True, on_delete=models.SET_NULL, related_name="+")
    guideline_version = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=14, choices=AnnotationSource.choices)
    made_at = models.DateTimeField()
    why = models.CharField(max_length=10, choices=Why.choices)
    change = models.ForeignKey(
        LabelSetChange, null=True, on_delete=models.SET_NULL, related_name="answers"
    )
    kept_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(why__in=["carried", "relabelled", "undone"]), name="answer_before_why"
            )
        ]

    def __str__(self) -> str:
        return f"answer before {self.pk}"


class Relabelling(models.Model):
    """A batch in which reviews are labelled again, and why."""

    batch = models.OneToOneField(Batch, on_delete=models.CASCADE, related_name="relabelling")
    change = models.ForeignKey(
        LabelSetChange, null=True, on_delete=models.SET_NULL, related_name="relabellings"
    )
    # Answers that followed this version of the guideline, or a newer one, need not be given again.
    guideline_version = models.PositiveSmallIntegerField(default=0)
    clauses = ArrayField(models.CharField(max_length=80), default=list)

    def __str__(self) -> str:
        return f"relabelling {self.pk}"


class GuidelineDraft(models.Model):
    """The next guideline while it is being written. There is one at a time."""

    only = models.BooleanField(default=True, unique=True)
    based_on = models.PositiveSmallIntegerField()  # the version that was in force
    text_en = models.TextField()
    text_zh = models.TextField()
    note = models.TextField(blank=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    edited_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(only=True), name="guideline_draft_one"),
        ]

    def __str__(self) -> str:
        return "guideline draft"
