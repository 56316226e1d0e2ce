"""Products and categories as people look at them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from accounts.models import Store
from reviews.models import Category, Product, Review


def products_for(stores: Iterable[Store]) -> QuerySet[Product]:
    """The products of `stores`, with store and category."""
    return Product.objects.filter(store__in=stores).select_related(
        "store", "category", "variant_of"
    )


def products_named(products: QuerySet[Product], words: str) -> QuerySet[Product]:
    """Those whose name, brand or number has every one of `words` somewhere."""
    for word in words.split()[:8]:
        products = products.filter(
            Q(name_en__icontains=word)
            | Q(name_zh__icontains=word)
            | Q(brand__icontains=word)
            | Q(external_id__icontains=word)
        )
    return products


def categories_for(stores: Iterable[Store]) -> QuerySet[Category]:
    """The categories that some product of `stores` is in."""
    return Category.objects.filter(products__store__in=stores).distinct().order_by("key")


def stars_counted(reviews: QuerySet[Review]) -> dict[int, int]:
    """Reviews by stars, 1 to 5; those without stars are in none."""
    found = dict(
        reviews.filter(stars__isnull=False).order_by().values_list("stars").annotate(n=Count("id"))
    )
    return {stars: found.get(stars, 0) for stars in range(1, 6)}
