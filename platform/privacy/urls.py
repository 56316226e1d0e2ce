from __future__ import annotations

from django.urls import path

from privacy.views import audit

urlpatterns = [
    path("audit/", audit.audit, name="audit"),
    path("audit/check/", audit.audit_check, name="audit-check"),
]
