"""Requests of people for programs: the same steps as on the page."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.models import Scope, Store
from common import doorway
from common.pagination import cursor_number, page_body
from common.problems import invalid, not_found
from privacy.api import examples
from privacy.api.serializers import (
    DecisionSerializer,
    RequestInSerializer,
    RequestPageSerializer,
    RequestSerializer,
    RequestsQuery,
)
from privacy.models import PersonRequest
from privacy.people import Identifier
from privacy.selectors.requests import requests_for
from privacy.services import audit_record, requests
from privacy.services.archives import archive_path
from privacy.services.requests import BadRequest


class RequestsView(ApiView):
    required_scope = Scope.PRIVACY

    def mine(self, request_id: int) -> PersonRequest:
        """Raises Problem (404)."""
        found = requests_for(self.stores()).filter(pk=request_id).first()
        if found is None:
            raise not_found()
        return found

    def shown(self, found: PersonRequest) -> dict[str, Any]:
        keys = dict(Store.objects.filter(pk__in=found.stores).values_list("pk", "key"))
        return {
            **{
                name: getattr(found, name)
                for name in ("kind", "law", "state", "purposes", "found", "received_at", "due_at")
            },
            "id": found.pk,
            "stores": [keys[pk] for pk in found.stores if pk in keys],
            "done": found.outcome.get("rows", []) + found.outcome.get("files", []),
            "models": found.outcome.get("models", []),
            "closed_at": found.closed_at,
            "extended": found.extended,
            "archive": archive_path(found) is not None,
            "certificate": found.certificate,
        }


class RequestList(RequestsView):
    @extend_schema(
        operation_id="person_requests_list",
        summary="List requests of people",
        description="Newest first. Who they are about is not in them.",
        tags=["privacy"],
        parameters=[RequestsQuery],
        responses=RequestPageSerializer,
        examples=[examples.REQUEST_PAGE],
    )
    def get(self, request: Request) -> Response:
        asked = self.query(RequestsQuery)
        found = requests_for(self.stores([asked["store"]] if "store" in asked else []))
        if "state" in asked:
            found = found.filter(state=asked["state"])
        if "cursor" in asked:
            found = found.filter(pk__lt=cursor_number(asked["cursor"]))
        rows = list(found.order_by("-pk")[: asked["limit"] + 1])
        shown = rows[: asked["limit"]]
        following = shown[-1].pk if len(rows) > len(shown) else None
        items = RequestSerializer([self.shown(one) for one in shown], many=True).data
        return Response(page_body(request, list(items), following))

    @extend_schema(
        operation_id="person_request_receive",
        summary="Receive a request of a person",
        description="Writes it down with its deadline and looks the person up; decide when its "
        "state is `found`.",
        tags=["privacy"],
        request=RequestInSerializer,
        responses={201: RequestSerializer},
        examples=[examples.REQUEST_IN, examples.REQUEST],
    )
    def post(self, request: Request) -> Response:
        asked = self.checked(RequestInSerializer)
        wanted = dict(asked.get("wanted", {}))
        if "posted_at" in wanted:
            wanted["posted_at"] = wanted["posted_at"].isoformat()
        try:
            made = requests.request_receive(
                actor=self.actor,
                kind=asked["kind"],
                law=asked["law"],
                stores=[store.pk for store in self.stores(asked.get("stores", []))],
                identifiers=[Identifier(one["kind"], one["value"]) for one in asked["identifiers"]],
                purposes=asked.get("purposes", []),
                wanted=wanted,
            )
        except BadRequest as problem:
            raise invalid(problem.field, str(problem)) from None
        if made.job is not None:
            doorway.wake(made.job)
        return Response(RequestSerializer(self.shown(made)).data, status=201)


class RequestDetail(RequestsView):
    @extend_schema(
        operation_id="person_request_get",
        summary="Get a request of a person",
        description="How far it is, what was found and done, and at the end its certificate.",
        tags=["privacy"],
        responses=RequestSerializer,
        examples=[examples.REQUEST],
    )
    def get(self, request: Request, request_id: int) -> Response:
        return self.with_etag(RequestSerializer(self.shown(self.mine(request_id))).data)


class RequestDecision(RequestsView):
    @extend_schema(
        operation_id="person_request_decide",
        summary="Decide on a request of a person",
        description="`approve` carries it out; `refuse` and `extend` need a reason, `extend` also "
        "the days; `settle` closes one of which something was found again.",
        tags=["privacy"],
        request=DecisionSerializer,
        responses=RequestSerializer,
        examples=[examples.DECISION, examples.REQUEST],
    )
    def post(self, request: Request, request_id: int) -> Response:
        found = self.mine(request_id)
        asked = self.checked(DecisionSerializer)
        what, reason = asked["what"], asked.get("reason", "")
        try:
            if what == "approve":
                found = requests.request_approve(actor=self.actor, request=found)
                if found.job is not None:
                    doorway.wake(found.job)
            elif what == "extend":
                days = asked.get("days", 0)
                found = requests.request_extend(
                    actor=self.actor, request=found, days=days, reason=reason
                )
            elif what == "refuse":
                found = requests.request_refuse(actor=self.actor, request=found, reason=reason)
            else:
                found = requests.request_settle(actor=self.actor, request=found, reason=reason)
        except BadRequest as problem:
            raise invalid(problem.field, str(problem)) from None
        return Response(RequestSerializer(self.shown(found)).data)


class RequestArchive(RequestsView):
    @extend_schema(
        operation_id="person_request_archive",
        summary="Download the copy made for a person",
        description="A zip with one JSON Lines file for each kind of data. Gone after some days.",
        tags=["privacy"],
        responses={(200, "application/zip"): OpenApiResponse(OpenApiTypes.BINARY)},
    )
    def get(self, request: Request, request_id: int) -> FileResponse:
        found = self.mine(request_id)
        path = archive_path(found)
        if path is None:
            raise not_found()
        audit_record(
            actor=self.actor,
            action="request.download",
            object_type="request",
            object_id=found.pk,
        )
        return FileResponse(path.open("rb"), as_attachment=True, filename=f"request-{found.pk}.zip")
