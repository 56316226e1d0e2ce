"""The audit trail. All of it but the waiting list is append-only: triggers refuse anything else."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class AuditEntry(models.Model):
    """Who did what to which object. Rows are only ever added; they hold ids, never texts."""

    at = models.DateTimeField(default=timezone.now)
    # No constraint: a person who is deleted stays in the trail, and rows cannot be changed.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    actor_name = models.CharField(max_length=150)
    action = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=60)
    details = models.JSONField(default=dict)
    key_version = models.PositiveSmallIntegerField(default=0)
    mac = models.CharField(max_length=64, default="")

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="audit_object"),
            models.Index(fields=["action", "-id"], name="audit_action"),
            models.Index(fields=["actor_name", "-id"], name="audit_actor"),
            models.Index(fields=["at"], name="audit_at"),
        ]
        default_permissions = ()
        permissions = [
            ("open_original", "open sealed originals"),
            ("see_audit_trail", "see the audit trail"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id}"


class AuditLink(models.Model):
    """An entry's place in the chain: each link's hash covers its entry and the link before."""

    number = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="link")
    key_version = models.PositiveSmallIntegerField()
    mac = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"link {self.number}"


class AuditWaiting(models.Model):
    """Entries that are not in the chain yet. The entry is written in the transaction of the
    change; the link after it, so that no change waits for another's transaction.
    """

    entry = models.OneToOneField(
        AuditEntry, on_delete=models.DO_NOTHING, primary_key=True, related_name="waiting"
    )

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"waiting: {self.entry_id}"
