from __future__ import annotations

from django.db import models

from accounts.models import Store


class Category(models.Model):
    """A group of products that managers compare; a company's own words, in both languages."""

    key = models.CharField(max_length=120, unique=True)
    name_en = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name_en


class Product(models.Model):
    """What is sold, known by the store's own number; unknown ones are made on import and marked."""

    # No index of its own, as with the keys of a review.
    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, related_name="products", db_index=False
    )
    external_id = models.CharField(max_length=120)
    name_en = models.CharField(max_length=300, blank=True)
    name_zh = models.CharField(max_length=300, blank=True)
    brand = models.CharField(max_length=120, blank=True)
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.SET_NULL, related_name="products"
    )
    variant_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="variants"
    )
    variant = models.CharField(max_length=120, blank=True)
    from_import = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["store", "external_id"], name="product_once_a_store"),
            models.CheckConstraint(
                condition=~models.Q(variant_of=models.F("id")), name="product_not_its_own_variant"
            ),
        ]

    def __str__(self) -> str:
        return self.name_en or self.name_zh or self.external_id
