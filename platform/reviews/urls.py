from __future__ import annotations

from django.urls import path

from reviews.views import imports

urlpatterns = [
    path("", imports.imports, name="imports"),
    path("new/", imports.import_new, name="import-new"),
    path("<int:batch_id>/", imports.import_one, name="import"),
    path("<int:batch_id>/rejected.csv", imports.import_rejects, name="import-rejects"),
]
