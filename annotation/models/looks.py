from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from annotation.models.answers import Mention


class MentionLook(models.Model):
    """A mention whose words were cut when its review was redacted anew: somebody has to look.

    The mention stands on the new text already, over what is left of its words; where nothing is
    left of two at the same place, the second stays on the text before.
    """

    class State(models.TextChoices):
        OPEN = "open"
        KEPT = "kept"
        REMOVED = "removed"

    mention = models.OneToOneField(
        Mention, null=True, on_delete=models.SET_NULL, related_name="look"
    )
    review = models.ForeignKey("reviews.Review", on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "kept", "removed"]), name="look_state_known"
            )
        ]

    def __str__(self) -> str:
        return f"look {self.pk}"
