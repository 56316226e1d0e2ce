from django.contrib import admin
from django.urls import include, path, re_path

from accounts.api.about import NothingHere
from common import problems

api_v1 = [
    path("", include("accounts.api.urls")),
    path("", include("privacy.api.urls")),
    path("", include("reviews.api.urls")),
    path("", include("modelops.api.urls")),
    path("", include("analytics.api.urls")),
]

urlpatterns = [
    path("", include("analytics.urls")),
    path("imports/", include("reviews.urls")),
    path("redaction/", include("reviews.redaction_urls")),
    path("label/", include("annotation.label_urls")),
    path("label-files/", include("annotation.file_urls")),
    path("batches/", include("annotation.batch_urls")),
    path("label-studio/", include("annotation.label_studio_urls")),
    path("label-studio/", include("modelops.label_studio_urls")),
    path("mentions/", include("annotation.urls")),
    path("label-sets/", include("annotation.label_set_urls")),
    path("guideline/", include("annotation.guideline_urls")),
    path("quality/", include("reviews.urls_quality")),
    path("models/", include("modelops.urls")),
    path("jobs/", include("common.urls")),
    path("privacy/", include("privacy.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("api/v1/", include((api_v1, "api"))),
    re_path("^api/", NothingHere.as_view()),
]

# Pages keep Django's answers; under /api/ these are problem documents.
handler400 = problems.handler400
handler404 = problems.handler404
handler500 = problems.handler500
