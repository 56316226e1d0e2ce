"""The shapes of requests and answers: for checking what comes in, and for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from analytics.selectors import BY
from reviews.models import Channel

MOST_ROWS = 1000
_HOW_TO_GROUP = format_lazy(
    gettext_lazy("Figures are grouped by one of: {known}."), known=", ".join(BY)
)


class IndexQuery(serializers.Serializer):
    by = serializers.ChoiceField(
        choices=BY,
        default="all",
        help_text="How to group.",
        error_messages={"invalid_choice": _HOW_TO_GROUP},
    )
    to = serializers.DateField(
        required=False, help_text="Last day, in the time zone of the figures."
    )
    store = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Keys of stores; may be repeated."
    )
    language = serializers.ListField(
        child=serializers.CharField(max_length=10), required=False, help_text="`zh`, `en`."
    )
    category = serializers.ListField(
        child=serializers.CharField(allow_blank=True),
        required=False,
        help_text="Keys of categories; empty for reviews without one.",
    )
    product = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Your numbers of products."
    )
    channel = serializers.ListField(
        child=serializers.ChoiceField(choices=Channel.choices),
        required=False,
        help_text="Reviews only when left out.",
    )
    incentivised = serializers.BooleanField(
        default=True, help_text="False leaves reviews out that say they were paid for."
    )
    limit = serializers.IntegerField(
        min_value=1, max_value=MOST_ROWS, default=MOST_ROWS, help_text="Rows at most."
    )

    def get_fields(self) -> dict[str, Any]:
        # `from` is a word of Python.
        first = serializers.DateField(
            required=False, help_text="First day, in the time zone of the figures."
        )
        return {**super().get_fields(), "from": first}


class FigureSerializer(serializers.Serializer):
    """A number with what is needed to judge it. `value`, `low` and `high` are null, never 0, when
    there are no or too few reviews."""

    key = serializers.CharField(
        allow_null=True, help_text="Null: reviews that lack what is grouped by."
    )
    name = serializers.CharField()
    value = serializers.FloatField(allow_null=True, help_text="The index, in [-1, 1].")
    low = serializers.FloatField(allow_null=True, help_text="Lower end of the 95 % interval.")
    high = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField(help_text="Reviews counted.")
    labels = serializers.IntegerField(help_text="Audit labels used.")
    model = serializers.CharField(allow_null=True)
    method = serializers.CharField()
    state = serializers.ChoiceField(
        choices=["corrected", "uncorrected", "modelled", "too_few", "no_data"]
    )
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="Reviews by answer.")
    left_out = serializers.DictField(
        child=serializers.IntegerField(), help_text="Reviews not counted, by reason."
    )
    ref = serializers.IntegerField(
        allow_null=True, help_text="Our id of what `key` names, where there is one."
    )


class IndexSerializer(serializers.Serializer):
    index = serializers.CharField()
    by = serializers.CharField()
    rows = FigureSerializer(many=True)
