from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotation.models.batches import BatchItem
from reviews.models import TextRevision


class SkipReason(models.TextChoices):
    DEFAULT_TEXT = "default_text", _("the platform's own text")
    SPAM = "spam", _("spam or written for points")
    COPIED = "copied", _("copied text")
    UNREADABLE = "unreadable", _("cannot be read")
    OTHER_LANGUAGE = "other_language", _("another language")
    OTHER = "other", _("another reason")


class Assignment(models.Model):
    """One review of a batch in one person's hands: taken for a while, then answered or skipped."""

    class State(models.TextChoices):
        TAKEN = "taken"
        ANSWERED = "answered"
        SKIPPED = "skipped"

    item = models.ForeignKey(BatchItem, on_delete=models.CASCADE, related_name="assignments")
    annotator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments"
    )
    # The text that was shown: answers and offsets are about it.
    revision = models.ForeignKey(
        TextRevision, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.TAKEN)
    taken_at = models.DateTimeField()
    # When the review goes to somebody else, unless it is answered by then.
    taken_until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # By the clock of the page, in milliseconds: of two answers that arrive the later one holds.
    client_ms = models.BigIntegerField(default=0)
    seconds_spent = models.FloatField(null=True, blank=True)
    keys_pressed = models.PositiveIntegerField(null=True, blank=True)
    skip_reason = models.CharField(max_length=16, choices=SkipReason.choices, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["annotator", "-ended_at"], name="assignment_of_person"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["item", "annotator"], name="assignment_once_a_person"),
            models.CheckConstraint(
                condition=Q(state__in=["taken", "answered", "skipped"]),
                name="assignment_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="skipped") ^ Q(skip_reason=""), name="assignment_skip_reason"
            ),
            models.CheckConstraint(
                condition=Q(state="taken") ^ Q(ended_at__isnull=False), name="assignment_ended"
            ),
        ]

    def __str__(self) -> str:
        return f"assignment {self.pk}"
