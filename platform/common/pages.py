"""What every page has in common: the shell around it, its title, and the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
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


def wants_fragment(request: HttpRequest) -> bool:
    """Whether only a piece of the page was asked for."""
    return request.headers.get("HX-Request") == "true"
