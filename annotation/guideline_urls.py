from __future__ import annotations

from django.urls import path

from annotation.views import guideline

urlpatterns = [
    path("", guideline.show, name="guideline"),
    path("edit/", guideline.edit, name="guideline-edit"),
    path("publish/", guideline.publish, name="guideline-publish"),
]
