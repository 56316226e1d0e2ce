from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q

from accounts.models import Store
from privacy.purposes import Purpose


class Shopper(models.Model):
    """The author of reviews, known only by a keyed hash of the shop's own id for them."""

    # No index of its own, as with the keys of a review.
    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, related_name="shoppers", db_index=False
    )
    key_hash = models.CharField(max_length=64)
    key_version = models.PositiveSmallIntegerField(default=1)
    # Names the shopper whatever key the hash is made with: in the key store, where it is their data
    # key, and in the erasure ledger. Another one when that key was destroyed and they stay.
    uid = models.UUIDField(null=True, unique=True, editable=False, db_default=RandomUUID())
    # Their wishes hold for reviews that come in later, too.
    objected = ArrayField(
        models.CharField(max_length=16, choices=Purpose.choices), default=list, db_default=[]
    )
    restricted = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes = [
            # Hardly anybody: each review that comes in asks whether there are some.
            models.Index(
                fields=["store"],
                name="shopper_with_wishes",
                condition=Q(restricted=True) | ~Q(objected=[]),
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["store", "key_hash"], name="shopper_once_a_store")
        ]

    def __str__(self) -> str:
        return f"shopper {self.pk}"
