from __future__ import annotations

from django.urls import path

from reviews.views import lists, originals, policies, queue, trying

urlpatterns = [
    path("", policies.policies, name="redaction-policies"),
    path("sources/<int:source_id>/", policies.policy, name="redaction-policy"),
    path("sources/<int:source_id>/again/", policies.policy_redact, name="redaction-again"),
    path("originals/<int:review_id>/", originals.original, name="review-original"),
    path("try/", trying.try_text, name="redaction-try"),
    path("lists/", lists.lists, name="redaction-lists"),
    path("lists/<int:value_id>/off/", lists.value_off, name="redaction-value-off"),
    path("queue/", queue.queue, name="redaction-queue"),
    path("queue/<int:doubt_id>/", queue.decide, name="redaction-decide"),
    path("queue/<int:doubt_id>/add/", queue.add, name="redaction-add"),
    path("cases.jsonl", queue.cases_file, name="redaction-cases"),
]
