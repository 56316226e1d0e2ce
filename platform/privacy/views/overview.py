"""The officer's page of a month, and the record of processing."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.guard import for_officers
from accounts.selectors import stores_for
from common.pages import csv_download, page
from privacy import processing
from privacy.people_words import kind_words
from privacy.selectors.reports import BadMonth, month_after, month_before, month_of, month_report
from privacy.selectors.requests import OPEN, requests_of
from privacy.services.retaining import retention_plan

_NEXT = 5  # requests named on the page
_CRUMBS = [(gettext_lazy("Privacy"), "privacy")]


@require_safe
@for_officers
def privacy(request: HttpRequest) -> HttpResponse:
    try:
        month = month_of(request.GET.get("month", ""))
    except BadMonth:
        raise Http404 from None
    report = month_report(month, list(stores_for(request.user)))
    classes = {kept.data_class: kept.words for kept in retention_plan()}
    following = month_after(month)
    context = {
        "report": report,
        "month": month,
        "before": month_before(month).strftime("%Y-%m"),
        "after": following.strftime("%Y-%m") if following <= month_of("") else "",
        "due": requests_of(request.user).filter(state__in=OPEN).order_by("due_at")[:_NEXT],
        "gone": [
            (classes.get(name.split()[0], name), count)
            for name, count in report["expired"]["gone"].items()
        ],
    }
    return page(request, "privacy/privacy.html", context, title=gettext_lazy("Privacy"))


@require_safe
@for_officers
def report_file(request: HttpRequest) -> HttpResponse:
    """The same as JSON, to keep."""
    try:
        month = month_of(request.GET.get("month", ""))
    except BadMonth:
        raise Http404 from None
    report = month_report(month, list(stores_for(request.user)))
    answer = JsonResponse(report, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="privacy-{report["month"]}.json"'
    return answer


@require_safe
@for_officers
def record(request: HttpRequest) -> HttpResponse:
    lines = list(processing.record())
    about_shoppers = {line.model for line in lines if line.kind in processing.OF_SHOPPERS}
    lines.sort(key=lambda line: line.model not in about_shoppers)
    tables: dict[str, dict[str, Any]] = {}
    for line in lines:
        table = tables.setdefault(
            line.model, {"purpose": line.purpose, "kept": line.kept, "fields": {}}
        )
        table["fields"].setdefault(line.kind.value, []).append(line.field)
    context = {
        "tables": tables,
        "fields": len(lines),
        "classes": {kept.data_class: kept for kept in retention_plan() if not kept.scope},
    }
    return page(
        request,
        "privacy/record.html",
        context,
        title=gettext_lazy("Record of processing"),
        crumbs=_CRUMBS,
    )


@require_safe
@for_officers
def record_file(request: HttpRequest) -> StreamingHttpResponse:
    lines = (
        [line.model, line.field, kind_words(line.kind), line.purpose, line.kept]
        for line in processing.record()
    )
    header = ["model", "field", "kind", "purpose", "kept"]
    return csv_download([header, *lines], "record-of-processing.csv")
