"""The catalogue: what a company says of its products wins over what an import guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.models import Store
from privacy.services import audit_record
from reviews.models import Category, Product, Review
from reviews.signals import reviews_changing


@dataclass(frozen=True, slots=True)
class ProductRow:
    """One product as the company describes it; the category by its names, and the number of the
    product that it is a variant of.
    """

    external_id: str
    name_en: str = ""
    name_zh: str = ""
    brand: str = ""
    category_en: str = ""
    category_zh: str = ""
    variant: str = ""
    variant_of: str = ""


class BadVariant(ValueError):
    """A product cannot be a variant of itself, or of one that is a variant; names its number."""


def category_ensure(*, name_en: str, name_zh: str = "") -> Category | None:
    """The category known by its English name, made or renamed as needed; None without a name."""
    key = name_en or name_zh
    if not key:
        return None
    category, _ = Category.objects.get_or_create(
        key=key, defaults={"name_en": name_en or key, "name_zh": name_zh or key}
    )
    if name_zh and category.name_zh != name_zh:
        category.name_zh = name_zh
        category.save(update_fields=["name_zh"])
    return category


@transaction.atomic
def products_store(*, actor: Any, store: Store, rows: Sequence[ProductRow]) -> list[Product]:
    """Create or update the products of `store`; reviews move with a changed category.

    A product that others are variants of may come before or after them, and is made when it is not
    known. Raises BadVariant: then nothing is stored.
    """
    stored = []
    for row in rows:
        category = category_ensure(name_en=row.category_en, name_zh=row.category_zh)
        before = Product.objects.filter(store=store, external_id=row.external_id).first()
        moves = before is not None and before.category_id != (category.pk if category else None)
        if before is not None and moves:
            ids = list(Review.objects.filter(product=before).values_list("pk", flat=True))
            reviews_changing.send(sender=Review, review_ids=ids)
        product, _ = Product.objects.update_or_create(
            store=store,
            external_id=row.external_id,
            defaults={
                "name_en": row.name_en,
                "name_zh": row.name_zh,
                "brand": row.brand,
                "category": category,
                "variant": row.variant,
                "from_import": False,
            },
        )
        if before is not None and moves:
            # Cells are marked by the key they leave above, and by the one they come to here.
            reviews_changing.send(sender=Review, review_ids=ids)
        stored.append(product)
    _link_variants(store, rows, stored)
    audit_record(
        actor=actor,
        action="products.store",
        object_type="store",
        object_id=store.pk,
        details={"products": len(stored)},
    )
    return stored


def _link_variants(store: Store, rows: Sequence[ProductRow], stored: Sequence[Product]) -> None:
    for row, product in zip(rows, stored, strict=True):
        parent = None
        if row.variant_of:
            if row.variant_of == row.external_id:
                raise BadVariant(row.external_id)
            parent, _ = Product.objects.get_or_create(
                store=store, external_id=row.variant_of, defaults={"from_import": True}
            )
            if parent.variant_of_id is not None or product.variants.exists():
                raise BadVariant(row.external_id)
        if product.variant_of_id != (parent.pk if parent else None):
            product.variant_of = parent
            product.save(update_fields=["variant_of"])
