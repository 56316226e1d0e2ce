from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.models import Scope, Store
from analytics.api.serializers import IndexQuery, IndexSerializer
from analytics.selectors import Filters, UnknownName, index_rows, question_asked
from common.problems import invalid, not_found
from reviews.selectors.products import products_for

_ROW = {
    "key": "Lighting",
    "name": "Lighting",
    "value": 0.412,
    "low": 0.371,
    "high": 0.453,
    "n": 1204,
    "labels": 0,
    "model": "reviews-3",
    "method": "plain",
    "state": "uncorrected",
    "counts": {"positive": 790, "neutral": 120, "negative": 294},
    "left_out": {"duplicate": 12},
    "ref": 7,
}
_EXAMPLES = [
    OpenApiExample(
        "By category",
        {"index": "sentiment", "by": "category", "rows": [_ROW]},
        response_only=True,
        status_codes=["200"],
    )
]


class Index(ApiView):
    required_scope = Scope.INDICES_READ

    @extend_schema(
        operation_id="index_get",
        summary="Get an index",
        description="`(P - N) / (P + N + Z)` over the polarities of the answers, in each group: "
        "in order of time, else most reviews first. Send its `ETag` as `If-None-Match` to get 304 "
        "when no figure changed.",
        tags=["indices"],
        parameters=[IndexQuery],
        responses=IndexSerializer,
        examples=_EXAMPLES,
    )
    def get(self, request: Request, question: str) -> Response:
        asked = self.query(IndexQuery)
        stores = self.stores(asked.get("store", []))
        try:
            question_asked(question)
        except UnknownName as error:
            raise not_found(str(error)) from None
        try:
            filters = _filters(asked, stores)
            rows = index_rows(
                question, asked["by"], stores=stores, filters=filters, limit=asked["limit"]
            )
        except UnknownName as error:
            raise invalid("to" if "to" in asked else "by", str(error)) from None
        figures = [row.as_dict() for row in rows]
        return self.with_etag({"index": question, "by": asked["by"], "rows": figures})


def _filters(asked: dict[str, Any], stores: list[Store]) -> Filters:
    """Raises UnknownName for a period that ends before it starts, Problem for a product."""
    return Filters(
        date_from=asked.get("from"),
        date_to=asked.get("to"),
        languages=tuple(asked.get("language", [])),
        categories=tuple(asked.get("category", [])),
        products=_products(asked.get("product", []), stores),
        channels=tuple(asked.get("channel", [])),
        incentivised=asked["incentivised"],
    )


def _products(numbers: list[str], stores: list[Store]) -> tuple[int, ...]:
    found = dict(
        products_for(stores).filter(external_id__in=numbers).values_list("pk", "external_id")
    )
    if set(numbers) - set(found.values()):
        # Without this an unknown product would filter nothing at all.
        raise not_found(_("There is no such product, or it is not yours to see."))
    return tuple(found)
