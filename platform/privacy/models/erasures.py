from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Erasure(models.Model):
    """An entry of the erasure ledger, as the database knows it; the ledger itself is a file."""

    number = models.PositiveIntegerField(unique=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=20)
    store = models.PositiveBigIntegerField()
    keys = ArrayField(models.UUIDField(), default=list)
    details = models.JSONField(default=dict)
    actor_name = models.CharField(max_length=150)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"erasure {self.number}"


class ErasedDigest(models.Model):
    """A keyed hash of an erased identifier: whoever comes in under it again is not taken in."""

    erasure = models.ForeignKey(Erasure, on_delete=models.CASCADE, related_name="digests")
    store = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    key_version = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "kind", "digest", "erasure"], name="erased_digest_once"
            )
        ]

    def __str__(self) -> str:
        return f"digest of erasure {self.erasure_id}"
