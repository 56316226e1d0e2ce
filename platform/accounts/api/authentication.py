from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import ApiKey
from accounts.selectors import apikey_by_token
from accounts.services import apikey_used

_SCHEMES = {b"bearer", b"api-key"}


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer vbt_…` (or `Api-Key vbt_…`). Looked up each time: a revoked key is
    refused at once."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiKey] | None:
        words = get_authorization_header(request).split()
        if not words:
            return None
        if words[0].lower() not in _SCHEMES or len(words) != 2:
            raise AuthenticationFailed(
                _("Send the header “Authorization: Bearer TOKEN” with the token of an API key.")
            )
        key = apikey_by_token(words[1].decode("latin-1"))
        if key is None:
            raise AuthenticationFailed(_("This key is not known, has expired, or was revoked."))
        apikey_used(key=key)
        return AnonymousUser(), key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="verbatim"'


class ApiKeyScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.api.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "vbt_…",
            "description": "An API key's token, made under Administration or by `create_api_key`.",
        }
