from __future__ import annotations

from django.urls import path

from annotation.views import (
    adjudicating,
    label_answers,
    label_items,
    label_pages,
    qualification,
    quality,
)

urlpatterns = [
    path("", label_pages.batches, name="label"),
    path("guideline/", label_items.guideline, name="label-guideline"),
    path("quality/", quality.quality, name="label-quality"),
    path("quality/check/", quality.check, name="label-quality-check"),
    path("adjudicate/", adjudicating.adjudicate, name="adjudicate"),
    path("adjudicate/undo/", adjudicating.undo, name="adjudicate-undo"),
    path("adjudicate/<int:revision_id>/", adjudicating.settle, name="settle"),
    path("test/<int:attempt_id>/", qualification.result, name="test-result"),
    path("<int:batch_id>/test/", qualification.begin, name="test-begin"),
    path("<int:batch_id>/", label_pages.labelling, name="label-batch"),
    path("<int:batch_id>/take/", label_items.take, name="label-take"),
    path("<int:batch_id>/last/", label_items.last, name="label-last"),
    path("<int:batch_id>/items/<int:assignment_id>/", label_items.one, name="label-item"),
    path(
        "<int:batch_id>/items/<int:assignment_id>/answer/",
        label_answers.answer,
        name="label-answer",
    ),
    path("<int:batch_id>/items/<int:assignment_id>/skip/", label_answers.skip, name="label-skip"),
    path(
        "<int:batch_id>/items/<int:assignment_id>/personal-data/",
        label_answers.personal_data,
        name="label-personal-data",
    ),
]
