from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.api.principals import principal_name
from accounts.services import RateState, rate_count

if TYPE_CHECKING:
    # Imported by DRF's views, so at run time this would be a circle.
    from rest_framework.response import Response
    from rest_framework.views import APIView

_SECONDS = 60  # length of a window


class KeyRateThrottle(BaseThrottle):
    """`VERBATIM_API_RATE` requests a minute for each key or person, counted in the database."""

    state: RateState | None = None

    def allow_request(self, request: Request, view: APIView) -> bool:
        name = principal_name(request)
        if name is None:
            return True
        self.state = rate_count(principal=name, quota=settings.VERBATIM_API_RATE, seconds=_SECONDS)
        request._request.rate_state = self.state  # type: ignore[attr-defined]
        return not self.state.exceeded

    def wait(self) -> float | None:
        return self.state.seconds_left if self.state is not None else None


def add_rate_headers(request: Request, response: Response) -> None:
    """RateLimit and RateLimit-Policy (IETF draft “RateLimit header fields for HTTP”, rev. 10)."""
    state: RateState | None = getattr(request._request, "rate_state", None)
    if state is not None:
        response["RateLimit-Policy"] = f'"key";q={state.quota};w={state.seconds}'
        response["RateLimit"] = f'"key";r={state.remaining};t={state.seconds_left}'
