from __future__ import annotations

from django.db import models
from django.db.models import Q

from annotation.models import Choice, Question
from reviews.models import TextRevision


class WeakSource(models.TextChoices):
    """The lexicons; see `modelops.services.weak_labels` for what each one covers."""

    VADER = "vader"
    TEXTBLOB = "textblob"
    WORDS_ZH = "words_zh"
    CUES = "cues"


class WeakLabel(models.Model):
    """What a lexicon says of a revision. No person said so: never an annotation, never a figure."""

    revision = models.ForeignKey(TextRevision, on_delete=models.CASCADE, related_name="weak_labels")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    choice = models.ForeignKey(Choice, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=10, choices=WeakSource.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "question", "source"], name="weak_label_once"
            ),
            models.CheckConstraint(
                condition=Q(source__in=WeakSource.values), name="weak_label_source_known"
            ),
        ]

    def __str__(self) -> str:
        return f"weak label {self.pk}"
