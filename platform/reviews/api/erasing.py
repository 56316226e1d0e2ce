from __future__ import annotations

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from common.problems import not_found
from reviews.services.deleting import NoSuchReview, review_delete


class EraseReview(ApiView):
    """The DELETE of `/reviews/{id}`; the layer that knows answers adds the GET."""

    @extend_schema(
        operation_id="review_delete",
        summary="Delete a review",
        description="With its texts, answers and labels; the figures follow within a minute.",
        tags=["reviews"],
        responses={204: OpenApiResponse(description="It is gone.")},
    )
    def delete(self, request: Request, review_id: int) -> Response:
        try:
            review_delete(actor=self.actor, stores=self.stores(), review_id=review_id)
        except NoSuchReview:
            raise not_found() from None
        return Response(status=204)
