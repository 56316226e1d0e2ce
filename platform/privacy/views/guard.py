"""Who may see the officer's pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from privacy.selectors.requests import may_handle

View = Callable[..., HttpResponseBase]


def for_officers(view: View) -> View:
    """Privacy officers only; whoever else is signed in is refused."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_handle(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return login_required(guarded)
