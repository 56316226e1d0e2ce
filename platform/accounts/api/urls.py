from __future__ import annotations

from django.urls import path

from accounts.api import about

urlpatterns = [
    path("", about.About.as_view(), name="about"),
    path("openapi.json", about.OpenApi.as_view(), name="openapi"),
    path("docs", about.Docs.as_view(), name="docs"),
]
