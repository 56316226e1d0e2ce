from __future__ import annotations

from django.urls import path

from analytics.views import dashboard, products, reviews

urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("trend.csv", dashboard.trend_csv, name="trend-csv"),
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/<int:review_id>/", reviews.review, name="review"),
    path("products/", products.products, name="products"),
    path("products/<int:product_id>/", products.product, name="product"),
]
