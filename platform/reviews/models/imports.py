from __future__ import annotations

from django.conf import settings
from django.db import models

from common.models import Job
from reviews.models.sources import Source
from reviews.models.uploads import Upload


class ImportBatch(models.Model):
    """One file or call that brought reviews in, and what became of its rows."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="imports")
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64, blank=True)
    mapping = models.JSONField(default=dict)
    header = models.JSONField(default=list)  # the columns of the file
    upload = models.ForeignKey(
        Upload, null=True, blank=True, on_delete=models.SET_NULL, related_name="imports"
    )
    # Only looked at: nothing was stored, the counts say what would be.
    dry_run = models.BooleanField(default=False, db_default=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    error = models.TextField(blank=True)
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    deleted = models.PositiveIntegerField(default=0, db_default=0)
    rejected = models.PositiveIntegerField(default=0)
    placeholders = models.PositiveIntegerField(default=0)
    # Rows that each cleaning rule changed or marked, by the rule's key.
    cleaned = models.JSONField(default=dict, db_default={})
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="running")
                | models.Q(
                    rows=models.F("created")
                    + models.F("updated")
                    + models.F("unchanged")
                    + models.F("deleted")
                    + models.F("rejected")
                )
                | models.Q(state="failed"),
                name="import_counts_every_row",
            )
        ]

    def __str__(self) -> str:
        return f"import {self.pk}"


class RejectedRow(models.Model):
    """A row that did not go in: where it stands, why, its text after redaction, and sealed whole.

    What is sealed is the row as the file has it, so that it can be put right and sent again.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rejections")
    line = models.PositiveIntegerField()
    field = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=40)
    detail = models.CharField(max_length=300, blank=True)
    content = models.TextField(blank=True)
    # The whole row as it came, sealed, so that it can be put right and sent again.
    sealed_content = models.BinaryField(null=True, blank=True)
    seal_key_version = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["line"]
        indexes = [
            models.Index(fields=["batch", "line"], name="rejection_line"),
            models.Index(
                fields=["seal_key_version", "id"],
                name="rejection_seal",
                condition=models.Q(seal_key_version__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sealed_content__isnull=True, seal_key_version__isnull=True)
                | models.Q(sealed_content__isnull=False, seal_key_version__isnull=False),
                name="rejection_seal_has_key",
            )
        ]

    def __str__(self) -> str:
        return f"import {self.batch_id}, line {self.line}"
