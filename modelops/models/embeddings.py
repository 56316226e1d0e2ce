from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from modelops.models.registry import ModelVersion
from reviews.models import TextRevision


class RealField(models.FloatField):
    """Four bytes a number: what a network gives, and half of what a FloatField takes."""

    def db_type(self, connection: object) -> str:
        return "real"


class TextEmbedding(models.Model):
    """Where a model version places a text: near texts of like meaning. Of length 1.

    Only there where pgvector is, which searches among them by an index of its own.
    """

    revision = models.ForeignKey(TextRevision, on_delete=models.CASCADE, related_name="embeddings")
    model = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="+")
    vector = ArrayField(RealField())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["model", "revision"], name="textembedding_once")
        ]

    def __str__(self) -> str:
        return f"embedding {self.pk}"
