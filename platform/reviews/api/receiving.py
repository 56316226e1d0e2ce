"""Reviews come in from programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView, no_others
from accounts.api.idempotency import HEADER, once
from accounts.api.parsers import (
    LARGEST_LINE,
    NDJSON,
    BadJson,
    Body,
    JsonParser,
    NdjsonParser,
    body_of,
    strict_json,
)
from accounts.models import Store
from common import text_service
from common.problems import Problem, invalid, unavailable
from reviews.api import examples
from reviews.api.serializers import (
    MOST_ITEMS,
    MOST_LINES,
    ReceivedSerializer,
    ReceiveQuery,
    ReceiveSerializer,
    ReviewInSerializer,
)
from reviews.importing.values import Rejection
from reviews.models import Source
from reviews.services.duplicates import duplicates_request
from reviews.services.importing import source_ensure
from reviews.services.receiving import Reception, reception_finish

_CHUNK = 500  # lines stored in one transaction

_IDEMPOTENCY = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    description="Up to 255 characters of your choice. The same request sent again with the same "
    "key within 24 hours gets the first answer.",
)
_WHERE = [
    OpenApiParameter(
        "source", str, description="For NDJSON, where the body has no place for it: as in JSON."
    ),
    OpenApiParameter("store", str, description="For NDJSON: as in JSON."),
]


class ReceiveReviews(ApiView):
    """The POST of `/reviews`; the layer that knows answers adds the GET."""

    parser_classes = [JsonParser, NdjsonParser]

    @extend_schema(
        operation_id="reviews_send",
        summary="Send reviews",
        description=(
            "New reviews are stored, known ones (same source and id) changed; personal data is "
            "replaced before anything is written, and the answers follow in the background.\n\n"
            "Each item is checked apart and gets a result. The status is 200 when every item was "
            "taken, 207 when at least one was rejected: the others are stored. JSON takes up to "
            f"{MOST_ITEMS} reviews, all or none in the case of an error 5xx. NDJSON takes up to "
            f"{MOST_LINES} lines, stored in pieces of {_CHUNK}; after an error 5xx send all of it "
            "again: what is stored is then `unchanged`."
        ),
        tags=["reviews"],
        parameters=[_IDEMPOTENCY, *_WHERE],
        request={"application/json": ReceiveSerializer, NDJSON: ReviewInSerializer},
        responses={200: ReceivedSerializer, 207: ReceivedSerializer},
        examples=examples.SENDING,
    )
    def post(self, request: Request) -> Response:
        return once(request, lambda: self._receive(body_of(request)))

    def _receive(self, body: Any) -> Response:
        if isinstance(body, Body):
            where, chunks = self.query(ReceiveQuery), _chunks(body)
        else:
            where, chunks = _checked(body), iter([body["reviews"]])
        store = self.one_store(where.get("store"))
        # Asked first: without the text service nothing at all is written.
        version = text_service.redactor_version()
        source = source_ensure(
            actor=self.actor, store=store, key=where["source"], kind=Source.Kind.REST
        )
        reception = Reception(actor=self.actor, source=source, redactor_version=version)
        try:
            for chunk in chunks:
                if len(reception.results) + len(chunk) > MOST_LINES:
                    raise Problem(
                        413,
                        _("At most %(n)d lines are taken at once; the first ones are stored.")
                        % {"n": MOST_LINES},
                        extra={"counts": reception.counts()},
                    )
                reception.items_store(chunk)
        except text_service.TextServiceUnavailable:
            raise unavailable(
                _("The text service does not answer. Send all of it again."),
                counts=reception.counts(),
            ) from None
        finally:
            reception_finish(reception=reception)
            if reception.stored:
                _look_for_duplicates(source)
        return _answer(reception, store)

    problem_statuses = (409, 411, 413, 415, 422, 503)


def _answer(reception: Reception, store: Store) -> Response:
    counts = reception.counts()
    body = {
        "source": reception.source.key,
        "store": store.key,
        "counts": counts,
        "results": [result.as_dict() for result in reception.results],
    }
    return Response(body, status=207 if counts["rejected"] else 200)


def _checked(body: dict[str, Any]) -> dict[str, Any]:
    no_others(body, ReceiveSerializer().fields)
    where = ReceiveQuery(data={name: body[name] for name in ("source", "store") if name in body})
    where.is_valid(raise_exception=True)
    reviews = body.get("reviews")
    if not isinstance(reviews, list) or not 1 <= len(reviews) <= MOST_ITEMS:
        raise invalid("reviews", _("Give a list of 1 to %(n)d reviews.") % {"n": MOST_ITEMS})
    return dict(where.validated_data)


def _chunks(body: Body) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for line in body.lines():
        if line is not None and not line.strip():
            continue
        chunk.append(_item(line))
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _item(line: bytes | None) -> Any:
    if line is None:
        return Rejection("", "too_long", f"a line of more than {LARGEST_LINE} bytes")
    try:
        return strict_json(line)
    except BadJson:
        return Rejection("", "bad_json", "not a JSON object on one line, in UTF-8")


def _look_for_duplicates(source: Source) -> None:
    """Ask for a look at the source, unless one is waiting. The sweep wakes a worker for it.

    Not woken from here: of requests that come close together the first asks for all.
    """
    duplicates_request(actor=None, source_id=source.pk)
