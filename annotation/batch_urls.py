from __future__ import annotations

from django.urls import path

from annotation.views import batches, gold, qualification

urlpatterns = [
    path("", batches.batches, name="batches"),
    path("new/", batches.batch_new, name="batch-new"),
    path("new/frame/", batches.batch_frame, name="batch-frame"),
    path("audit-rate/", batches.audit_rate, name="audit-rate"),
    path("gold/<int:review_id>/", gold.gold, name="gold"),
    path("<int:batch_id>/", batches.batch, name="batch"),
    path("test/", qualification.new, name="test-new"),
    path("<int:batch_id>/test/", qualification.change, name="test-change"),
    path("<int:batch_id>/tests/", qualification.guard, name="batch-tests"),
    path("<int:batch_id>/state/", batches.batch_state, name="batch-state"),
]
