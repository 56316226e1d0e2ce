from __future__ import annotations

from django.urls import path

from annotation.views import label_studio, label_studio_hook

urlpatterns = [
    path("", label_studio.servers, name="label-studio"),
    path("<int:server_id>/", label_studio.server, name="label-studio-server"),
    path("<int:server_id>/change/", label_studio.change, name="label-studio-change"),
    path("<int:server_id>/check/", label_studio.check, name="label-studio-check"),
    path("<int:server_id>/pull/", label_studio.pull, name="label-studio-pull"),
    path("<int:server_id>/push/", label_studio.push, name="label-studio-push"),
    path("<int:server_id>/forget/", label_studio.forget, name="label-studio-forget"),
    path(
        "<int:server_id>/projects/<int:project_id>/<str:what>/",
        label_studio.project,
        name="label-studio-project",
    ),
    path("<int:server_id>/hook/check/", label_studio_hook.check, name="label-studio-hook-check"),
    path("<int:server_id>/hook/<uuid:key>/", label_studio_hook.hook, name="label-studio-hook"),
]
