"""What every view of the API has in common."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.parsers import body_of
from accounts.api.permissions import PUBLIC
from accounts.api.principals import principal_of
from accounts.api.throttles import add_rate_headers
from accounts.models import Store
from accounts.selectors import stores_for
from common.problems import Problem, invalid, not_found

__all__ = ["PUBLIC", "ApiView", "no_others"]


def no_others(body: Iterable[str], known: Iterable[str], path: str = "") -> None:
    """Raises Problem when `body` has a field that is not `known`: it would be lost in silence."""
    unknown = sorted(set(body) - set(known))
    if unknown:
        raise invalid(path + unknown[0][:60], _("There is no such field."), "unknown_field")


def _no_others_within(
    body: Mapping[str, Any], serializer: serializers.BaseSerializer, path: str = ""
) -> None:
    """The same for the objects in `body`, and in its lists."""
    fields = getattr(serializer, "fields", {})
    no_others(body, fields, path)
    for name, value in body.items():
        inner = getattr(fields[name], "child", fields[name])
        if not isinstance(inner, serializers.BaseSerializer):
            continue
        places = (
            [(f"{path}{name}[{place}].", one) for place, one in enumerate(value)]
            if isinstance(value, list)
            else [(f"{path}{name}.", value)]
        )
        for place, one in places:
            if isinstance(one, Mapping):
                _no_others_within(one, inner, place)


class ApiView(APIView):
    """Says who asks and whose stores these are. A subclass must give `required_scope`."""

    required_scope: Any = None
    # Statuses a client may get beside the usual ones; for the schema.
    problem_statuses: tuple[int, ...] = ()

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        answer = super().finalize_response(request, response, *args, **kwargs)
        add_rate_headers(request, answer)
        answer.setdefault("Cache-Control", "private, no-cache")
        return answer

    @property
    def principal(self) -> Any:
        return principal_of(self.request)

    @property
    def actor(self) -> Any:
        """Who changes something: the key itself, or the person."""
        return self.principal

    def stores(self, wanted: Iterable[str] = ()) -> list[Store]:
        """The caller's stores, or those of them called `wanted`.

        Raises Problem (404) when one of these is not the caller's, there or not.
        """
        mine = {store.key: store for store in stores_for(self.principal)}
        missing = [key for key in wanted if key not in mine]
        if missing:
            raise not_found(_("There is no such store, or it is not yours to see."))
        return [mine[key] for key in wanted] or list(mine.values())

    def one_store(self, key: str | None) -> Store:
        """The store called `key`, or the caller's only one. Raises Problem."""
        if key:
            return self.stores([key])[0]
        mine = self.stores()
        if len(mine) != 1:
            raise invalid("store", _("Name the store: you have more than one or none."))
        return mine[0]

    def query(self, serializer: type[serializers.Serializer]) -> dict[str, Any]:
        """The checked query parameters. Raises ValidationError, or Problem for unknown ones."""
        given = self.request.query_params
        known = serializer().fields
        unknown = sorted(set(given) - set(known))
        if unknown:
            raise invalid(
                unknown[0][:60],
                _("There is no such parameter; possible are: %(known)s.")
                % {"known": ", ".join(known)},
                "unknown_parameter",
            )
        # As a plain dict: in a form, which a query string is taken for, an absent flag is false.
        found = serializer(
            data={
                name: given.getlist(name)
                if isinstance(known[name], serializers.ListField)
                else given[name]
                for name in given
            }
        )
        found.is_valid(raise_exception=True)
        return dict(found.validated_data)

    def checked(self, serializer: type[serializers.Serializer]) -> dict[str, Any]:
        """The checked JSON body. Raises ValidationError, or Problem for unknown fields."""
        body = body_of(self.request)
        found = serializer(data=body)
        _no_others_within(body, found)
        found.is_valid(raise_exception=True)
        return dict(found.validated_data)

    def with_etag(self, data: Any) -> Response:
        """`data` with an ETag, or 304 when the caller has it already (If-None-Match).

        The tag is of what is shown, so it changes with an answer or a name, too.
        """
        response = Response(data)
        shown = JSONRenderer().render(data)
        etag = f'"{hashlib.sha256(shown).hexdigest()[:32]}"'
        found = get_conditional_response(self.request._request, etag=etag, response=response)
        if found is None or found.status_code == 412:
            raise Problem(412, "")
        found["ETag"] = etag
        return found
