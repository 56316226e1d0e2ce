from __future__ import annotations

from django.urls import path

from modelops.api import label_studio

urlpatterns = [
    path("<int:server_id>/ml/health", label_studio.health, name="label-studio-ml-health"),
    path("<int:server_id>/ml/setup", label_studio.setup, name="label-studio-ml-setup"),
    path("<int:server_id>/ml/predict", label_studio.predict, name="label-studio-ml-predict"),
    path("<int:server_id>/ml/versions", label_studio.versions, name="label-studio-ml-versions"),
    path("<int:server_id>/ml/webhook", label_studio.webhook, name="label-studio-ml-webhook"),
]
