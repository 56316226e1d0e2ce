from __future__ import annotations

from django.urls import path

from annotation.views import label_files

urlpatterns = [
    path("", label_files.label_files, name="label-files"),
    path("exports/<int:export_id>/", label_files.label_export, name="label-export"),
    path("import/", label_files.label_import_new, name="label-import-new"),
    path("imports/<int:import_id>/", label_files.label_import, name="label-import"),
    path(
        "imports/<int:import_id>/problems.csv",
        label_files.label_import_problems,
        name="label-import-problems",
    ),
]
