"""The shapes of requests and answers: for checking what comes in, and for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotation.selectors.label_sets import questions_asked
from common.pagination import PageQuery
from modelops.ml.spec import MENTION_KINDS
from reviews.models import Channel
from taxonomy.questions import QUESTIONS

MOST_TEXTS = 200
LONGEST_TEXT = 20_000  # code points


class AnswerSerializer(serializers.Serializer):
    label = serializers.CharField(help_text="Key of the most probable answer.")
    probabilities = serializers.DictField(
        child=serializers.FloatField(), help_text="Calibrated, by answer; they sum to 1."
    )


class MentionSerializer(serializers.Serializer):
    """A span: offsets in code points of the redacted text, end exclusive."""

    start = serializers.IntegerField()
    end = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=list(MENTION_KINDS))
    scope = serializers.ChoiceField(
        choices=["product", "delivery", "service", "price", "platform", "other"]
    )
    score = serializers.FloatField()


class AnswersField(serializers.DictField):
    """Answers by question."""

    child = AnswerSerializer()


class ProductRefSerializer(serializers.Serializer):
    external_id = serializers.CharField()
    name_en = serializers.CharField()
    name_zh = serializers.CharField()
    brand = serializers.CharField()


class ReviewSerializer(serializers.Serializer):
    """A review with its redacted text and the champion's answers."""

    id = serializers.IntegerField()
    external_id = serializers.CharField(help_text="Your id.")
    source = serializers.CharField()
    store = serializers.CharField()
    product = ProductRefSerializer(allow_null=True)
    channel = serializers.ChoiceField(choices=Channel.choices)
    stars = serializers.IntegerField(allow_null=True)
    language = serializers.CharField()
    posted_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField(help_text="Of the review; not of its answers.")
    text = serializers.CharField(
        help_text="Personal data is replaced by placeholders such as `[PHONE_1]`."
    )
    revision = serializers.IntegerField(help_text="1 for the first text, one more for each edit.")
    left_out = serializers.CharField(
        allow_null=True,
        help_text="Why no figure counts it: `default_text`, `spam`, `language`, `duplicate`.",
    )
    model = serializers.CharField(
        allow_null=True, help_text="Whose answers these are; null while it is not analysed."
    )
    answers = AnswersField(allow_null=True)
    mentions = MentionSerializer(many=True)


class ReviewPageSerializer(serializers.Serializer):
    items = ReviewSerializer(many=True)
    found_by = serializers.ChoiceField(
        choices=["words", "meaning"],
        help_text="`words` also where `meaning` was asked for and cannot be had; see `note`.",
    )
    note = serializers.ChoiceField(
        choices=["extension", "service", "model", "nothing"],
        allow_null=True,
        help_text="Why not by meaning: PostgreSQL has no pgvector, the text service does not "
        "answer, the champion makes no embeddings, or no text is embedded yet.",
    )
    next = serializers.URLField(allow_null=True)
    next_cursor = serializers.CharField(allow_null=True)


class _AnswerField(serializers.ChoiceField):
    """A choice of the set as it is now; the schema names those that come with the product."""

    def __init__(self, question: str = "", **options: Any) -> None:
        super().__init__(**options)
        self._question = question

    def to_internal_value(self, data: Any) -> str:
        asked = {question.key: question.choice_keys for question in questions_asked()}
        if data not in asked.get(self._question, ()):
            self.fail("invalid_choice", input=data)
        return str(data)


class ReviewsQuery(PageQuery):
    store = serializers.CharField(required=False, help_text="Key of one store.")
    source = serializers.CharField(required=False, help_text="Key of a source.")
    external_id = serializers.CharField(required=False, help_text="Your id of a review.")
    product = serializers.CharField(required=False, help_text="Your number of a product.")
    language = serializers.CharField(required=False, max_length=10, help_text="`zh`, `en`, …")
    channel = serializers.ChoiceField(choices=Channel.choices, required=False)
    category = serializers.CharField(required=False, help_text="Key of a category.")
    stars = serializers.IntegerField(required=False, min_value=1, max_value=5)
    q = serializers.CharField(
        required=False,
        max_length=200,
        help_text='Words of the text, in any order: Chinese or English, `"words in quotes"` side '
        "by side, `-word` to leave out.",
    )
    by = serializers.ChoiceField(
        choices=["words", "meaning"],
        default="words",
        help_text="What `q` goes by. `meaning` gives one page, of at most 100 reviews, the most "
        "alike first.",
    )
    to = serializers.DateField(
        required=False, help_text="Last day, in the time zone of the figures."
    )
    updated_since = serializers.DateTimeField(
        required=False, help_text="New or changed at or after this moment (ISO 8601)."
    )

    def get_fields(self) -> dict[str, Any]:
        # `from` is a word of Python.
        first = serializers.DateField(
            required=False, help_text="First day, in the time zone of the figures."
        )
        answers = {
            question.key: _AnswerField(
                question.key,
                choices=list(question.choice_keys),
                required=False,
                help_text="The champion's answer.",
            )
            for question in QUESTIONS
        }
        return {**super().get_fields(), "from": first, **answers}


class _Words(serializers.CharField):
    """A text as it is: not trimmed, so that offsets stay true."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST_TEXT, trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class AnalyzeSerializer(serializers.Serializer):
    """`text` or `texts`, and the questions (all of the champion's when left out)."""

    text = _Words(required=False)
    texts = serializers.ListField(
        child=_Words(), required=False, min_length=1, max_length=MOST_TEXTS
    )
    questions = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, min_length=1, max_length=20
    )


class SpanSerializer(serializers.Serializer):
    """Personal data: offsets in code points of the text that was sent."""

    start = serializers.IntegerField()
    end = serializers.IntegerField()
    type = serializers.CharField()


class AnalysisSerializer(serializers.Serializer):
    text = serializers.CharField(help_text="Redacted.")
    spans = SpanSerializer(many=True)
    language = serializers.CharField()
    answers = AnswersField()
    mentions = MentionSerializer(many=True)
    truncated = serializers.BooleanField(
        help_text="The text is longer than the model reads; its end was not seen."
    )


class AnalyzedSerializer(serializers.Serializer):
    model = serializers.CharField()
    results = AnalysisSerializer(many=True)
