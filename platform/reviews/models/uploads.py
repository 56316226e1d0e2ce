from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from reviews.models.sources import Source


class Upload(models.Model):
    """A file that somebody sent, whole or still coming in pieces, until it is imported.

    Its bytes lie in the folder of uploads under its id; they go with the import, or when their
    time is over (the retention class `uploads`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="uploads")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    sender = models.CharField(max_length=150, blank=True)
    file_name = models.CharField(max_length=200)
    size = models.BigIntegerField()  # bytes, as announced
    received = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(received__gte=0, received__lte=models.F("size")),
                name="upload_within_its_size",
            )
        ]

    def __str__(self) -> str:
        return f"upload {self.pk}"

    @property
    def whole(self) -> bool:
        return self.received == self.size
