from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.models import Scope
from common.problems import invalid
from privacy.purposes import LegalBasis, Purpose
from reviews.services.purposes import BadPurposes, Held, purposes_set


class PurposesInSerializer(serializers.Serializer):
    """Of whose reviews, or of which, and what is said of them."""

    store = serializers.CharField(required=False, max_length=60)
    source = serializers.CharField(required=False, max_length=120)
    shopper = serializers.CharField(
        required=False, max_length=200, help_text="Your id of the author; it is not stored."
    )
    reviews = serializers.ListField(
        child=serializers.CharField(max_length=200),
        required=False,
        max_length=1000,
        help_text="Your ids of single reviews, instead of `shopper`.",
    )
    legal_basis = serializers.ChoiceField(choices=LegalBasis)
    purposes = serializers.ListField(
        child=serializers.ChoiceField(choices=Purpose), help_text="Empty: withdrawn."
    )
    consent_at = serializers.DateTimeField(
        required=False, allow_null=True, help_text="Needed where consent is the ground."
    )
    consent_until = serializers.DateTimeField(required=False, allow_null=True)


class PurposesSerializer(serializers.Serializer):
    changed = serializers.IntegerField(help_text="How many reviews were found and changed.")


class Purposes(ApiView):
    required_scope = Scope.PRIVACY

    @extend_schema(
        operation_id="purposes_set",
        summary="Say what reviews may be used for",
        description="On what legal ground reviews are held, what they may be used for, when "
        "consent was given and when it runs out. Send it again when a shopper changes or "
        "withdraws consent. It holds for reviews that are in.",
        tags=["privacy"],
        request=PurposesInSerializer,
        responses=PurposesSerializer,
        examples=[
            OpenApiExample(
                "Consent of a shopper",
                value={
                    "store": "lanting",
                    "shopper": "u-20981",
                    "legal_basis": "consent",
                    "purposes": ["analyse", "train"],
                    "consent_at": "2026-03-01T10:00:00+08:00",
                    "consent_until": "2028-03-01T10:00:00+08:00",
                },
                request_only=True,
            ),
            OpenApiExample("Two reviews", value={"changed": 2}, response_only=True),
        ],
    )
    def post(self, request: Request) -> Response:
        asked = self.checked(PurposesInSerializer)
        store = self.one_store(asked.get("store"))
        try:
            changed = purposes_set(
                actor=self.actor,
                store=store,
                held=Held(
                    asked["legal_basis"],
                    asked["purposes"],
                    asked.get("consent_at"),
                    asked.get("consent_until"),
                ),
                shopper=asked.get("shopper", ""),
                external_ids=asked.get("reviews", []),
                source=asked.get("source", ""),
            )
        except BadPurposes as problem:
            raise invalid(problem.field, str(problem)) from None
        return Response(PurposesSerializer({"changed": changed}).data)
