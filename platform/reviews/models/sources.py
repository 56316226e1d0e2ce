from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Store
from privacy.purposes import LegalBasis, Purpose, default_purposes


class Source(models.Model):
    """Where reviews come from: one file feed, one API client, one storefront."""

    class Kind(models.TextChoices):
        FILE = "file"
        REST = "rest"
        STOREFRONT = "storefront"
        SAMPLE = "sample"

    class OriginalPolicy(models.TextChoices):
        DROP = "drop", _("not kept")
        SEAL = "seal", _("kept sealed")
        SPANS = "spans", _("only what was replaced is kept sealed")

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="sources")
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.FILE)
    original_policy = models.CharField(
        max_length=8, choices=OriginalPolicy.choices, default=OriginalPolicy.DROP
    )
    # What its reviews are held for, where a review does not bring its own.
    legal_basis = models.CharField(
        max_length=40, choices=LegalBasis.choices, default=LegalBasis.LEGITIMATE_INTEREST
    )
    purposes = ArrayField(
        models.CharField(max_length=16, choices=Purpose.choices), default=default_purposes
    )
    mapping = models.JSONField(default=dict, blank=True)
    # Keys of the cleaning rules that are switched off, see `reviews.cleaning.catalogue`.
    rules_off = ArrayField(models.CharField(max_length=32), default=list, db_default=[], blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(fields=["store", "key"], name="source_once_a_store"),
            models.CheckConstraint(
                condition=Q(original_policy__in=["drop", "seal", "spans"]),
                name="source_policy_known",
            ),
        ]

    def __str__(self) -> str:
        return self.key
