"""Who may see a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from accounts.selectors import is_privacy_officer

View = Callable[..., HttpResponseBase]


def only_for(may: Callable[[Any], bool]) -> Callable[[View], View]:
    """Those of whom `may` is true; whoever else is signed in is refused, the rest sign in."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not may(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return login_required(guarded)

    return guard


for_officers = only_for(is_privacy_officer)
