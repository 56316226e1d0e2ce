from __future__ import annotations

from django.urls import path

from annotation.views import looks

urlpatterns = [
    path("", looks.looks, name="mention-looks"),
    path("<int:look_id>/", looks.look, name="mention-look"),
]
