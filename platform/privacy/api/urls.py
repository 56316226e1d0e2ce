from __future__ import annotations

from django.urls import path

from privacy.api import requests

urlpatterns = [
    path("privacy/requests", requests.RequestList.as_view(), name="requests"),
    path("privacy/requests/<int:request_id>", requests.RequestDetail.as_view(), name="request"),
    path(
        "privacy/requests/<int:request_id>/decision",
        requests.RequestDecision.as_view(),
        name="request-decision",
    ),
    path(
        "privacy/requests/<int:request_id>/archive",
        requests.RequestArchive.as_view(),
        name="request-archive",
    ),
]
