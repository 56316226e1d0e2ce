"""Answers about texts that are not stored."""

from __future__ import annotations

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.models import Scope
from common import text_service
from common.problems import invalid, unavailable
from modelops.api import examples
from modelops.api.serializers import MOST_TEXTS, AnalyzedSerializer, AnalyzeSerializer
from modelops.selectors.questions import questions_active


class Analyze(ApiView):
    required_scope = Scope.ANALYZE
    problem_statuses = (411, 413, 415, 422, 503)

    @extend_schema(
        operation_id="analyze",
        summary="Analyse texts",
        description=f"Up to {MOST_TEXTS} texts; nothing is stored or logged. 503 with "
        "`Retry-After` while no model answers. Send reviews to `/reviews` instead to have them "
        "counted in the figures.",
        tags=["analysis"],
        request=AnalyzeSerializer,
        responses=AnalyzedSerializer,
        examples=examples.ANALYZE,
    )
    def post(self, request: Request) -> Response:
        found = self.checked(AnalyzeSerializer)
        if ("text" in found) == ("texts" in found):
            raise invalid("texts", _("Give either `text` or `texts`."))
        questions = found.get("questions")
        _check(questions)
        texts = found["texts"] if "texts" in found else [found["text"]]
        try:
            return Response(text_service.analyze(texts, questions))
        except text_service.TextServiceUnavailable:
            raise unavailable(_("No model answers at the moment.")) from None


def _check(questions: list[str] | None) -> None:
    known = [question.key for question in questions_active()]
    if questions is not None and not set(questions) <= set(known):
        raise invalid(
            "questions",
            _("There is no such question; there are: %(known)s.") % {"known": ", ".join(known)},
        )
