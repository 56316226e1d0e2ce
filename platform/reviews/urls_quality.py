from __future__ import annotations

from django.urls import path

from reviews.views import quality

urlpatterns = [
    path("", quality.quality, name="quality"),
    path("table.csv", quality.quality_csv, name="quality-csv"),
    path("sources/<int:source_id>/", quality.source_rules, name="source-rules"),
]
