from __future__ import annotations

from django.urls import path

from privacy.views import audit, overview, requests, retention

urlpatterns = [
    path("", overview.privacy, name="privacy"),
    path("report.json", overview.report_file, name="privacy-report"),
    path("record/", overview.record, name="record"),
    path("record.csv", overview.record_file, name="record-file"),
    path("retention/", retention.retention, name="retention"),
    path("requests/", requests.request_list, name="requests"),
    path("requests/new/", requests.request_new, name="request-new"),
    path("requests/<int:request_id>/", requests.request_one, name="request"),
    path("requests/<int:request_id>/decide/", requests.request_decide, name="request-decide"),
    path("requests/<int:request_id>/archive.zip", requests.request_archive, name="request-archive"),
    path(
        "requests/<int:request_id>/certificate.txt",
        requests.request_certificate,
        name="request-certificate",
    ),
    path("audit/", audit.audit, name="audit"),
    path("audit/check/", audit.audit_check, name="audit-check"),
]
