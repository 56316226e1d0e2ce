from __future__ import annotations

from django.urls import path

from common import views

urlpatterns = [
    path("", views.jobs, name="jobs"),
    path("<int:job_id>/", views.job, name="job"),
    path("<int:job_id>/cancel/", views.job_cancel, name="job-cancel"),
]
