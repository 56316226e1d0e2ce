"""What every page has in common: the shell around it, its title, and the way back."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

Crumb = tuple["str | Promise", str]
"""What a link says, and where it leads."""


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    title: str | Promise,
    crumbs: Sequence[Crumb] = (),
    status: int = 200,
) -> HttpResponse:
    """`template` inside the shell. `crumbs` lead from the general to this page, without it."""
    return render(
        request,
        template,
        {**admin.site.each_context(request), "title": title, "crumbs": crumbs, **(context or {})},
        status=status,
    )


class _Echo:
    """A file for csv that hands each line back."""

    def write(self, line: str) -> str:
        return line


def csv_download(rows: Iterable[Sequence[object]], name: str) -> StreamingHttpResponse:
    """`rows` as a file for a spreadsheet, sent as they come, and kept by no cache."""

    def lines() -> Iterator[str]:
        yield "\ufeff"  # without it, spreadsheets read Chinese as something else
        writer = csv.writer(_Echo())
        for row in rows:
            yield writer.writerow(row)

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def wants_fragment(request: HttpRequest) -> bool:
    """Whether only a piece of the page was asked for."""
    return request.headers.get("HX-Request") == "true"
