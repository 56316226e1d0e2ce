from __future__ import annotations

from django.urls import path

from reviews.api import imports, products, purposes

urlpatterns = [
    path("privacy/purposes", purposes.Purposes.as_view(), name="purposes"),
    path("products", products.ProductList.as_view(), name="products"),
    path("products/<path:external_id>", products.ProductDetail.as_view(), name="product"),
    path("uploads", imports.UploadList.as_view(), name="uploads"),
    path("uploads/<uuid:upload_id>", imports.UploadDetail.as_view(), name="upload"),
    path("imports", imports.ImportList.as_view(), name="imports"),
    path("imports/<int:import_id>", imports.ImportDetail.as_view(), name="import"),
    path("imports/<int:import_id>/rejected", imports.ImportRejects.as_view(), name="rejects"),
]
