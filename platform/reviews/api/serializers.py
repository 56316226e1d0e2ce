"""The shapes of requests and answers: for checking what comes in, and for the OpenAPI document."""

from __future__ import annotations

from rest_framework import serializers

from common.pagination import PageQuery
from reviews.models import Channel, Product

MOST_ITEMS = 1000
MOST_LINES = 20_000


class ReviewInSerializer(serializers.Serializer):
    """A review as it is sent. Only `text` is needed; any other field may be left out or null."""

    id = serializers.CharField(
        required=False,
        max_length=200,
        help_text="Your id. The same id sent again changes the review; without one a review is "
        "known by what it says.",
    )
    text = serializers.CharField(
        max_length=20_000, help_text="What the shopper wrote, in Unicode code points."
    )
    title = serializers.CharField(required=False, help_text="Put before the text.")
    product_id = serializers.CharField(
        required=False, max_length=120, help_text="Your number of the product."
    )
    product_name = serializers.CharField(required=False)
    brand = serializers.CharField(required=False)
    category = serializers.CharField(required=False)
    shopper = serializers.CharField(
        required=False,
        max_length=200,
        help_text="Your id of the author; only a keyed hash of it is stored.",
    )
    date = serializers.CharField(
        required=False,
        help_text="ISO 8601, with an offset or in the time zone of the figures.",
    )
    stars = serializers.IntegerField(required=False, min_value=1, max_value=5)
    channel = serializers.ChoiceField(choices=Channel.choices, required=False)
    variant = serializers.CharField(required=False)
    updated_at = serializers.CharField(
        required=False,
        help_text="When you last changed it. What is older than what is stored changes nothing.",
    )
    deleted = serializers.BooleanField(
        required=False, help_text="True takes the review out; it needs its `id` only."
    )
    follow_up = serializers.CharField(
        required=False, help_text="What the author added later (追评); joined to the text."
    )
    follows = serializers.CharField(
        required=False,
        help_text="The `id` of the author's review that this one adds to (追评), sent before or "
        "later; joined to its text.",
    )


class ReceiveQuery(serializers.Serializer):
    """Where reviews come from and belong to."""

    source = serializers.RegexField(
        r"^[\w.-]{1,120}$",
        help_text="Key of the feed, made when it is new: letters, digits, `_`, `.`, `-`.",
    )
    store = serializers.CharField(
        required=False, help_text="Key of the store; may be left out when the key has only one."
    )


class ReceiveSerializer(ReceiveQuery):
    """A request with reviews; each is checked apart, and a bad one does not stop the others."""

    reviews = serializers.ListField(child=ReviewInSerializer(), max_length=MOST_ITEMS)


class ItemErrorSerializer(serializers.Serializer):
    field = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(help_text="Stable; for programs.")
    detail = serializers.CharField(help_text="For people: what to do.")


class ItemResultSerializer(serializers.Serializer):
    index = serializers.IntegerField(help_text="Place among the items sent, from 0.")
    id = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(
        choices=["created", "updated", "unchanged", "deleted", "rejected"]
    )
    error = ItemErrorSerializer(required=False)


class CountsSerializer(serializers.Serializer):
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    deleted = serializers.IntegerField()
    rejected = serializers.IntegerField()


class ReceivedSerializer(serializers.Serializer):
    source = serializers.CharField()
    store = serializers.CharField()
    counts = CountsSerializer()
    results = ItemResultSerializer(many=True)


class CategorySerializer(serializers.Serializer):
    key = serializers.CharField()
    name_en = serializers.CharField()
    name_zh = serializers.CharField()


class ProductSerializer(serializers.ModelSerializer):
    store = serializers.CharField(source="store.key")
    category = CategorySerializer(allow_null=True)
    variant_of = serializers.CharField(
        source="variant_of.external_id", default=None, allow_null=True
    )

    class Meta:
        model = Product
        fields = [
            "id",
            "store",
            "external_id",
            "name_en",
            "name_zh",
            "brand",
            "category",
            "variant",
            "variant_of",
            "from_import",
            "created_at",
        ]
        extra_kwargs = {
            "external_id": {"help_text": "Your number of the product."},
            "from_import": {"help_text": "Known only from a review so far."},
        }


class ProductInSerializer(serializers.Serializer):
    """The whole of what is said of a product: what is left out becomes empty."""

    name_en = serializers.CharField(max_length=300, allow_blank=True, default="")
    name_zh = serializers.CharField(max_length=300, allow_blank=True, default="")
    brand = serializers.CharField(max_length=120, allow_blank=True, default="")
    category_en = serializers.CharField(
        max_length=120,
        allow_blank=True,
        default="",
        help_text="English name of the category, which is also its key; made when it is new.",
    )
    category_zh = serializers.CharField(max_length=120, allow_blank=True, default="")
    variant = serializers.CharField(max_length=120, allow_blank=True, default="")
    variant_of = serializers.CharField(
        max_length=120,
        allow_blank=True,
        default="",
        help_text="Number of the product that this is a variant of; made when it is not known.",
    )


class ProductItemSerializer(ProductInSerializer):
    external_id = serializers.CharField(max_length=120, help_text="Your number of the product.")


class ProductsInSerializer(serializers.Serializer):
    """Up to a thousand products at once: all are stored, or none."""

    store = serializers.CharField(
        required=False, help_text="Key of the store; may be left out when the key has only one."
    )
    products = ProductItemSerializer(many=True, allow_empty=False, max_length=1000)


class ProductsStoredSerializer(serializers.Serializer):
    stored = serializers.IntegerField()


class StoreQuery(serializers.Serializer):
    store = serializers.CharField(
        required=False, help_text="Key of the store; may be left out when the key has only one."
    )


class ProductsQuery(PageQuery):
    store = serializers.CharField(required=False, help_text="Key of one store.")
    category = serializers.CharField(required=False, help_text="Key of a category.")
    q = serializers.CharField(
        required=False, max_length=200, help_text="Words of its name, brand or number."
    )


class ProductPageSerializer(serializers.Serializer):
    items = ProductSerializer(many=True)
    next = serializers.URLField(allow_null=True)
    next_cursor = serializers.CharField(allow_null=True)
