from __future__ import annotations

from django.urls import path

from modelops import views

urlpatterns = [
    path("", views.models, name="models"),
    path("<int:model_id>/", views.model, name="model"),
    path("<int:model_id>/promote/", views.model_promotion, name="model-promote"),
]
