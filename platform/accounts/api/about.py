"""What there is: the index, the OpenAPI document, and a page to read it on."""

from __future__ import annotations

from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.permissions import PUBLIC
from accounts.api.schema import document
from common.problems import not_found

# Swagger UI's own icons are data: images; its styles are set by script.
_POLICY = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:"],
    "connect-src": [SELF],
    "frame-ancestors": [NONE],
    "base-uri": [NONE],
    "form-action": [NONE],
}


class RouteSerializer(serializers.Serializer):
    method = serializers.CharField()
    path = serializers.CharField()
    summary = serializers.CharField()


class AboutSerializer(serializers.Serializer):
    name = serializers.CharField()
    version = serializers.CharField()
    openapi = serializers.URLField()
    docs = serializers.URLField()
    routes = RouteSerializer(many=True)


class About(ApiView):
    required_scope = PUBLIC

    @extend_schema(
        operation_id="about",
        summary="What there is",
        description="Every route of this version, and where its documentation is.",
        tags=["about"],
        responses=AboutSerializer,
        examples=[
            OpenApiExample(
                "Shortened",
                {
                    "name": "Verbatim",
                    "version": "1.0.0",
                    "openapi": "https://verbatim.example/api/v1/openapi.json",
                    "docs": "https://verbatim.example/api/v1/docs",
                    "routes": [
                        {"method": "POST", "path": "/api/v1/reviews", "summary": "Send reviews"}
                    ],
                },
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    def get(self, request: Request) -> Response:
        found = document()
        routes = [
            {"method": method.upper(), "path": path, "summary": operation["summary"]}
            for path, operations in found["paths"].items()
            for method, operation in operations.items()
        ]
        return Response(
            {
                "name": found["info"]["title"],
                "version": found["info"]["version"],
                "openapi": request.build_absolute_uri(reverse("api:openapi")),
                "docs": request.build_absolute_uri(reverse("api:docs")),
                "routes": routes,
            }
        )


class OpenApi(ApiView):
    required_scope = PUBLIC

    @extend_schema(
        operation_id="openapi",
        summary="The OpenAPI document",
        description="This document, in OpenAPI 3.1.",
        tags=["about"],
        responses={(200, "application/json"): {"type": "object"}},
        examples=[
            OpenApiExample(
                "Shortened",
                {"openapi": "3.1.1", "info": {"title": "Verbatim", "version": "1.0.0"}},
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    def get(self, request: Request) -> Response:
        return self.with_etag(document())


@method_decorator(csp_replace(_POLICY), name="dispatch")
class Docs(SpectacularSwaggerSplitView):
    """The document as a page; its script is a file of its own, so nothing runs inline."""

    required_scope = PUBLIC
    url_name = "api:openapi"


class NothingHere(ApiView):
    """Any other address under /api/: a problem document instead of a page."""

    required_scope = PUBLIC
    authentication_classes: list[Any] = []
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # Before the method is looked at: no method is possible here.
        raise not_found(_("There is no such route; /api/v1/ lists them."))
