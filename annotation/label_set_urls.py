from __future__ import annotations

from django.urls import path

from annotation.views import label_sets

urlpatterns = [
    path("", label_sets.overview, name="label-sets"),
    path("undo/<int:change_id>/", label_sets.undo, name="label-set-undo"),
    path("relabel/<int:batch_id>/", label_sets.relabel, name="relabel-open"),
    path("<slug:question>/", label_sets.change, name="label-set-change"),
]
