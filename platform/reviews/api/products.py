from __future__ import annotations

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.models import Scope
from common.pagination import cursor_number, page_body
from common.problems import Problem, invalid, not_found
from reviews.api import examples
from reviews.api.serializers import (
    ProductInSerializer,
    ProductPageSerializer,
    ProductSerializer,
    ProductsInSerializer,
    ProductsQuery,
    ProductsStoredSerializer,
    StoreQuery,
)
from reviews.models import Product
from reviews.selectors.products import products_for, products_named
from reviews.services.catalogue import BadVariant, ProductRow, products_store

_LONGEST_ID = 120


class ProductList(ApiView):
    required_scope = {"GET": Scope.REVIEWS_READ, "POST": Scope.REVIEWS_WRITE}
    problem_statuses = (411, 413, 415, 422)

    @extend_schema(
        operation_id="products_list",
        summary="List products",
        description="In the order in which they were made.",
        tags=["products"],
        parameters=[ProductsQuery],
        responses=ProductPageSerializer,
        examples=examples.PRODUCT_PAGE,
    )
    def get(self, request: Request) -> Response:
        asked = self.query(ProductsQuery)
        found = products_for(self.stores([asked["store"]] if "store" in asked else []))
        if "category" in asked:
            found = found.filter(category__key=asked["category"])
        found = products_named(found, asked.get("q", ""))
        if "cursor" in asked:
            found = found.filter(pk__gt=cursor_number(asked["cursor"]))
        size = asked["limit"]
        rows = list(found.order_by("pk")[: size + 1])
        shown = rows[:size]
        following = shown[-1].pk if len(rows) > size else None
        items = ProductSerializer(shown, many=True).data
        return Response(page_body(request, list(items), following))

    @extend_schema(
        operation_id="products_send",
        summary="Describe many products",
        description="As `PUT /products/{external_id}` for each, in one transaction.",
        tags=["products"],
        request=ProductsInSerializer,
        responses=ProductsStoredSerializer,
        examples=examples.PRODUCTS_SENT,
    )
    def post(self, request: Request) -> Response:
        asked = self.checked(ProductsInSerializer)
        store = self.one_store(asked.get("store"))
        rows = [
            ProductRow(**{**item, "external_id": _number(item["external_id"])})
            for item in asked["products"]
        ]
        try:
            stored = products_store(actor=self.actor, store=store, rows=rows)
        except BadVariant as error:
            raise _bad_variant(error) from None
        return Response({"stored": len(stored)})


class ProductDetail(ApiView):
    required_scope = {"GET": Scope.REVIEWS_READ, "PUT": Scope.REVIEWS_WRITE}

    @extend_schema(
        operation_id="product_get",
        summary="Get a product",
        description="By your number. Send its `ETag` as `If-None-Match` to get 304 when nothing "
        "changed.",
        tags=["products"],
        parameters=[StoreQuery],
        responses=ProductSerializer,
        examples=examples.PRODUCT_EXAMPLES,
    )
    def get(self, request: Request, external_id: str) -> Response:
        store = self.one_store(self.query(StoreQuery).get("store"))
        product = products_for([store]).filter(external_id=external_id).first()
        if product is None:
            raise not_found()
        return self.with_etag(ProductSerializer(product).data)

    @extend_schema(
        operation_id="product_put",
        summary="Describe a product",
        description="Makes it (201) or replaces what is said of it (200). It wins over what "
        "reviews say of the product; its reviews move with a changed category.",
        tags=["products"],
        parameters=[StoreQuery],
        request=ProductInSerializer,
        responses={200: ProductSerializer, 201: ProductSerializer},
        examples=examples.PRODUCT_EXAMPLES,
    )
    def put(self, request: Request, external_id: str) -> Response:
        store = self.one_store(self.query(StoreQuery).get("store"))
        number = _number(external_id)
        asked = self.checked(ProductInSerializer)
        known = Product.objects.filter(store=store, external_id=number).exists()
        row = ProductRow(external_id=number, **asked)
        try:
            (product,) = products_store(actor=self.actor, store=store, rows=[row])
        except BadVariant as error:
            raise _bad_variant(error) from None
        return Response(ProductSerializer(product).data, status=200 if known else 201)

    problem_statuses = (411, 413, 415, 422)


def _bad_variant(error: BadVariant) -> Problem:
    return invalid(
        "variant_of",
        _("Product %(number)s is a variant of itself or of another variant.")
        % {"number": str(error)},
    )


def _number(external_id: str) -> str:
    number = external_id.strip()
    if not number or len(number) > _LONGEST_ID or not number.isprintable():
        raise invalid(
            "external_id",
            _("The number has 1 to %(n)d printable characters.") % {"n": _LONGEST_ID},
        )
    return number
