"""The shapes of requests of people, for checking what comes in and for the OpenAPI document."""

from __future__ import annotations

from rest_framework import serializers

from common.pagination import PageQuery
from privacy.models import PersonRequest
from privacy.people import IDENTIFIERS
from privacy.purposes import Purpose


class IdentifierSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=list(IDENTIFIERS))
    value = serializers.CharField(
        max_length=300, help_text="As the person gave it. Stored sealed until the request closes."
    )


class WantedSerializer(serializers.Serializer):
    """A correction: what the one review that is found should say."""

    stars = serializers.IntegerField(required=False, min_value=1, max_value=5)
    posted_at = serializers.DateTimeField(required=False)
    text = serializers.CharField(required=False, max_length=20_000)


class RequestInSerializer(serializers.Serializer):
    """A request as it comes in."""

    kind = serializers.ChoiceField(choices=PersonRequest.Kind)
    law = serializers.ChoiceField(choices=PersonRequest.Law, default=PersonRequest.Law.GDPR)
    stores = serializers.ListField(
        child=serializers.CharField(max_length=60),
        required=False,
        help_text="Keys of stores; without it all that the key may see.",
    )
    identifiers = IdentifierSerializer(many=True)
    purposes = serializers.ListField(
        child=serializers.ChoiceField(choices=Purpose),
        required=False,
        help_text="Of an objection: the uses it is against.",
    )
    wanted = WantedSerializer(required=False, help_text="Of a correction.")


class PlaceSerializer(serializers.Serializer):
    place = serializers.CharField()
    count = serializers.IntegerField()


class RequestSerializer(serializers.Serializer):
    """A request as it stands. Nothing in it says who the person is."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=PersonRequest.Kind)
    law = serializers.ChoiceField(choices=PersonRequest.Law)
    state = serializers.ChoiceField(
        choices=PersonRequest.State,
        help_text="received: being looked up; found: waits for a decision; look: something was "
        "found again, or it could not be carried out.",
    )
    stores = serializers.ListField(child=serializers.CharField())
    purposes = serializers.ListField(child=serializers.CharField())
    found = PlaceSerializer(many=True)
    done = PlaceSerializer(
        many=True, help_text="What was changed, handed out or erased, and where."
    )
    models = serializers.ListField(
        child=serializers.CharField(), help_text="Models that learned from what was erased."
    )
    received_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    extended = serializers.BooleanField()
    archive = serializers.BooleanField(help_text="Whether there is an archive to download.")
    certificate = serializers.CharField(allow_blank=True)


class RequestPageSerializer(serializers.Serializer):
    items = RequestSerializer(many=True)
    next = serializers.CharField(allow_null=True)
    next_cursor = serializers.CharField(allow_null=True)


class RequestsQuery(PageQuery):
    """Which requests to list."""

    state = serializers.ChoiceField(choices=PersonRequest.State, required=False)
    store = serializers.CharField(required=False, help_text="Only those about this store alone.")


class DecisionSerializer(serializers.Serializer):
    what = serializers.ChoiceField(choices=["approve", "refuse", "extend", "settle"])
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    days = serializers.IntegerField(required=False, min_value=1, max_value=60)
