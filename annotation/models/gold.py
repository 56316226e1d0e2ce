from __future__ import annotations

from django.conf import settings
from django.db import models

from annotation.models.questions import Choice, Question
from reviews.models import TextRevision


class GoldAnswer(models.Model):
    """The answer that is known to be right about a revision: chosen by a lead, given out unseen
    among other reviews, and compared with what people answer there."""

    revision = models.ForeignKey(TextRevision, on_delete=models.CASCADE, related_name="gold")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    choice = models.ForeignKey(Choice, on_delete=models.PROTECT, related_name="+")
    # Of the demand answer, where they are known as well: start, end, kind and scope of each, in
    # code points of the revision. Null: nobody said which words it follows from.
    mentions = models.JSONField(null=True, blank=True)
    note = models.TextField(blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    set_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "question"], name="gold_answer_once")
        ]

    def __str__(self) -> str:
        return f"gold {self.pk}"
