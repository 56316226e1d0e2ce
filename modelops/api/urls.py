from __future__ import annotations

from django.urls import path

from modelops.api import analyzing, reviews

urlpatterns = [
    path("reviews", reviews.ReviewList.as_view(), name="reviews"),
    path("reviews/<int:review_id>", reviews.ReviewDetail.as_view(), name="review"),
    path("analyze", analyzing.Analyze.as_view(), name="analyze"),
]
