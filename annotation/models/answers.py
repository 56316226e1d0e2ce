from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from annotation.models.batches import BatchItem
from annotation.models.questions import Choice, Question
from reviews.models import TextRevision
from taxonomy import mentions


class AnnotationSource(models.TextChoices):
    PAGE = "page"
    LABEL_STUDIO = "label_studio"
    FILE = "file"
    STARTER = "starter"  # the labels that ship with the sample data, made by a language model


class Annotation(models.Model):
    """A person's answer to one question about one revision."""

    revision = models.ForeignKey(TextRevision, on_delete=models.CASCADE, related_name="annotations")
    # Where it was made, when it was carried over to a text that was redacted anew.
    made_on = models.ForeignKey(
        TextRevision, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    choice = models.ForeignKey(Choice, on_delete=models.PROTECT, related_name="+")
    annotator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="annotations"
    )
    item = models.ForeignKey(
        BatchItem, null=True, blank=True, on_delete=models.SET_NULL, related_name="annotations"
    )
    flags = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    comment = models.TextField(blank=True)
    seconds_spent = models.FloatField(null=True, blank=True)
    guideline_version = models.PositiveSmallIntegerField(default=1)
    source = models.CharField(max_length=14, choices=AnnotationSource.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "question", "annotator"], name="annotation_once_a_person"
            ),
            models.CheckConstraint(
                condition=Q(source__in=AnnotationSource.values), name="annotation_source_known"
            ),
            models.CheckConstraint(
                condition=Q(flags__contained_by=list(mentions.FLAGS)), name="annotation_flags_known"
            ),
            models.CheckConstraint(
                condition=Q(seconds_spent__isnull=True) | Q(seconds_spent__gte=0),
                name="annotation_time_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"annotation {self.pk}"


class MentionSpan(models.Model):
    """A span of a revision: offsets in code points of the redacted text, end exclusive."""

    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    kind = models.CharField(max_length=8)
    scope = models.CharField(max_length=8, default="product")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="%(class)s_not_empty"),
            models.CheckConstraint(
                condition=Q(kind__in=mentions.KINDS), name="%(class)s_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(scope__in=mentions.SCOPES), name="%(class)s_scope_known"
            ),
        ]


class Mention(MentionSpan):
    """A mention that a person marked."""

    revision = models.ForeignKey(TextRevision, on_delete=models.CASCADE, related_name="mentions")
    made_on = models.ForeignKey(
        TextRevision, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    annotator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mentions"
    )
    # The wish or complaint it is about, where the annotator named one (kebab-case).
    theme_key = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(MentionSpan.Meta):
        constraints = [
            *MentionSpan.Meta.constraints,
            models.UniqueConstraint(
                fields=["revision", "annotator", "start", "end", "kind"], name="mention_once"
            ),
        ]

    def __str__(self) -> str:
        return f"mention {self.pk}"
