from __future__ import annotations

from django.urls import path

from reviews.views import imports, uploads

urlpatterns = [
    path("", imports.imports, name="imports"),
    path("new/", imports.import_new, name="import-new"),
    path("files/<uuid:upload_id>/", uploads.import_columns, name="import-columns"),
    path("files/<uuid:upload_id>/drop/", uploads.import_drop, name="import-drop"),
    path("<int:batch_id>/", imports.import_one, name="import"),
    path("<int:batch_id>/rejected.csv", imports.import_rejects, name="import-rejects"),
    path("<int:batch_id>/to-correct.csv", imports.import_rejects_open, name="import-rejects-open"),
]
