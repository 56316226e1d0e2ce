from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.models import Job
from privacy.purposes import Purpose


class PersonRequest(models.Model):
    """What a person asks of us about their own data: until when, how far, and what came of it.

    Who it is stands sealed, only until the request is closed; afterwards there are keyed hashes.
    """

    class Kind(models.TextChoices):
        EXPORT = "export", _("Copy of everything")
        CORRECT = "correct", _("Correct")
        RESTRICT = "restrict", _("Keep but do not use")
        RELEASE = "release", _("Use again")
        OBJECT = "object", _("Object to a use")
        ERASE = "erase", _("Erase")

    class Law(models.TextChoices):
        GDPR = "gdpr", "GDPR"
        PIPL = "pipl", "PIPL"

    class State(models.TextChoices):
        RECEIVED = "received", _("Being looked up")
        FOUND = "found", _("Waits for a decision")
        RUNNING = "running", _("Being carried out")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        LOOK = "look", _("Needs a look")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    law = models.CharField(max_length=4, choices=Law.choices, default=Law.GDPR)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    stores = ArrayField(models.PositiveBigIntegerField())
    purposes = ArrayField(
        models.CharField(max_length=16, choices=Purpose.choices), default=list, blank=True
    )
    # Identifiers and wanted corrections, as JSON: gone when the request is closed.
    sealed = models.BinaryField(null=True, blank=True)
    seal_key = models.UUIDField(null=True, blank=True)
    seal_version = models.PositiveSmallIntegerField(null=True, blank=True)
    row = models.UUIDField(unique=True)  # the row it is sealed for
    digests = ArrayField(models.CharField(max_length=64), default=list)
    # What was found, by place: [{"place", "count"}]; and ids by kind, for carrying it out.
    found = models.JSONField(default=list)
    keys = models.JSONField(default=dict)
    outcome = models.JSONField(default=dict)
    certificate = models.TextField(blank=True)
    archive = models.CharField(max_length=80, blank=True)  # in the folder of exports
    reason = models.TextField(blank=True)  # of a refusal or an extension
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    received_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    extended = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    actor_name = models.CharField(max_length=150)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=["export", "correct", "restrict", "release", "object", "erase"]
                ),
                name="request_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["received", "found", "running", "done", "refused", "look"]),
                name="request_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "refused"])
                | Q(closed_at__isnull=False, sealed__isnull=True),
                name="request_closed_names_nobody",
            ),
            models.CheckConstraint(
                condition=~Q(kind="object") | ~Q(purposes=[]), name="request_object_names_purposes"
            ),
        ]

    def __str__(self) -> str:
        return f"request {self.pk}"

    @property
    def closed(self) -> bool:
        return self.state in {self.State.DONE, self.State.REFUSED}

    @property
    def days_left(self) -> int:
        """Whole days until it is due; negative: overdue."""
        return (timezone.localdate(self.due_at) - timezone.localdate()).days

    @property
    def age_days(self) -> int:
        """Whole days from receipt to its end, or to now."""
        return ((self.closed_at or timezone.now()) - self.received_at).days
