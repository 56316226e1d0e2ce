from __future__ import annotations

from django.urls import path

from analytics.api import indices

urlpatterns = [path("indices/<slug:question>", indices.Index.as_view(), name="index")]
