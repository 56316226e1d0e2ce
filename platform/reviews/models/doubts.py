from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from reviews.models.reviews import Review, TextRevision


class Doubt(models.Model):
    """A stretch of a stored text that somebody should look at: is it personal data, and which?

    Places are those of the revision's redacted text, in code points, end exclusive.
    """

    class Origin(models.TextChoices):
        ENGINE = "engine", _("a low score")
        REPORT = "report", _("reported while labelling")
        OFFICER = "officer", _("added while reviewing")

    class State(models.TextChoices):
        OPEN = "open", _("waits")
        CONFIRMED = "confirmed", _("personal data")
        CORRECTED = "corrected", _("personal data of another type")
        REJECTED = "rejected", _("not personal data")
        GONE = "gone", _("no longer in the text")

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="doubts")
    revision = models.ForeignKey(TextRevision, on_delete=models.CASCADE, related_name="doubts")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    type = models.CharField(max_length=20)
    score = models.FloatField(null=True, blank=True)
    rule = models.CharField(max_length=60, blank=True)
    origin = models.CharField(max_length=8, choices=Origin.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    # The words of a report, until somebody decides: what was replaced by mistake comes back.
    sealed_value = models.BinaryField(null=True, blank=True)
    # By which a decision holds when the same words come in again: a keyed hash, and their length.
    value_hash = models.CharField(max_length=64, blank=True)
    value_length = models.PositiveSmallIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["id"], name="doubt_open", condition=Q(state="open"))]
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="doubt_not_empty"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "confirmed", "corrected", "rejected", "gone"]),
                name="doubt_state_known",
            ),
            models.CheckConstraint(
                condition=Q(origin__in=["engine", "report", "officer"]), name="doubt_origin_known"
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__range=(0, 1)), name="doubt_score_range"
            ),
        ]

    def __str__(self) -> str:
        return f"doubt {self.pk}"


class RedactionCase(models.Model):
    """A test that a person's decision became: a text with invented values, and what must happen.

    `spans`: what has to be found, as (start, end, type); empty when the text has to stay as it is.
    """

    text = models.TextField()
    language = models.CharField(max_length=10)
    spans = models.JSONField(default=list)
    text_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    # Gone with its review: the sentence is the shopper's own, even without a value.
    doubt = models.ForeignKey(Doubt, null=True, on_delete=models.CASCADE, related_name="cases")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"redaction case {self.pk}"
