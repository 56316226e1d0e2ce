from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.models import Job


class LabelExport(models.Model):
    """A file of labels that somebody asked for; its texts are redacted, and it goes after a while.

    The file lies in the folder of label files under its number. `review_ids` says which reviews it
    holds, written down before any text is: an erasure finds it by them.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("being written")
        READY = "ready", _("ready")
        GONE = "gone", _("removed")

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    format = models.CharField(max_length=20)
    stores = ArrayField(models.BigIntegerField())
    filters = models.JSONField(default=dict)
    names = models.BooleanField(default=False)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    review_ids = ArrayField(models.BigIntegerField(), default=list)
    counts = models.JSONField(default=dict)
    size = models.BigIntegerField(default=0)  # bytes
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "ready", "gone"]), name="label_export_state"
            )
        ]

    def __str__(self) -> str:
        return f"label export {self.pk}"


class LabelImport(models.Model):
    """A file of labels that came in, or was looked at, and what became of its lines."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    format = models.CharField(max_length=20)
    file_name = models.CharField(max_length=200)
    stores = ArrayField(models.BigIntegerField())
    # What the importer said of labels, people and batches, see `annotation.services.label_options`.
    options = models.JSONField(default=dict)
    dry_run = models.BooleanField(default=False)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    counts = models.JSONField(default=dict)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "done", "failed"]), name="label_import_state"
            )
        ]

    def __str__(self) -> str:
        return f"label import {self.pk}"


class LabelImportProblem(models.Model):
    """A line that was not taken, or a piece of one: where and why, never what it says.

    `detail`: the label, name or question at fault, redacted.
    """

    label_import = models.ForeignKey(LabelImport, on_delete=models.CASCADE, related_name="problems")
    line = models.PositiveIntegerField()
    reason = models.CharField(max_length=24)
    detail = models.CharField(max_length=80, blank=True)
    refused = models.BooleanField(default=True)

    class Meta:
        ordering = ["line", "id"]

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"
