from __future__ import annotations

from django.urls import path

from modelops import views, views_active, views_curve, views_weak

urlpatterns = [
    path("", views.models, name="models"),
    path("active/", views_active.active_plan_page, name="active-plan"),
    path("curve/", views_curve.curve_anew, name="learning-curve"),
    path("curve.csv", views_curve.curve_csv, name="learning-curve-csv"),
    path("weak/", views_weak.weak_labels, name="weak-labels"),
    path("<int:model_id>/", views.model, name="model"),
    path("<int:model_id>/promote/", views.model_promotion, name="model-promote"),
]
