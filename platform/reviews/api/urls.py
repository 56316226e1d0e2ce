from __future__ import annotations

from django.urls import path

from reviews.api import products, purposes

urlpatterns = [
    path("privacy/purposes", purposes.Purposes.as_view(), name="purposes"),
    path("products", products.ProductList.as_view(), name="products"),
    path("products/<path:external_id>", products.ProductDetail.as_view(), name="product"),
]
