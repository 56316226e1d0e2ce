"""Examples of the OpenAPI document."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample

_ANSWERS = {
    "sentiment": {
        "label": "positive",
        "probabilities": {"positive": 0.86, "neutral": 0.09, "negative": 0.05},
    },
    "product_demand": {
        "label": "improve",
        "probabilities": {
            "add": 0.03,
            "improve": 0.71,
            "remove": 0.01,
            "keep": 0.01,
            "none": 0.24,
        },
    },
}
_MENTIONS = [{"start": 7, "end": 9, "kind": "issue", "scope": "product", "score": 0.81}]
REVIEW = {
    "id": 4711,
    "external_id": "r-1001",
    "source": "shop-feed",
    "store": "lanting",
    "product": {"external_id": "LT-20", "name_en": "Desk lamp", "name_zh": "台灯", "brand": ""},
    "channel": "review",
    "stars": 4,
    "language": "zh",
    "posted_at": "2026-03-01T04:00:00Z",
    "created_at": "2026-03-01T05:12:00Z",
    "updated_at": "2026-03-01T05:12:00Z",
    "text": "台灯很亮，就是开关有点松。",
    "revision": 1,
    "left_out": None,
    "model": "reviews-3",
    "answers": _ANSWERS,
    "mentions": _MENTIONS,
}
REVIEW_EXAMPLE = [OpenApiExample("A review", REVIEW, response_only=True, status_codes=["200"])]
REVIEW_PAGE = [
    OpenApiExample(
        "The last page",
        {
            "items": [REVIEW],
            "found_by": "words",
            "note": None,
            "next": None,
            "next_cursor": None,
        },
        response_only=True,
        status_codes=["200"],
    )
]
ANALYZE = [
    OpenApiExample(
        "One text, two questions",
        {
            "text": "台灯很亮，就是开关有点松。加我 wx: lamp_fan88",
            "questions": ["sentiment", "product_demand"],
        },
        request_only=True,
    ),
    OpenApiExample(
        "What the champion says",
        {
            "model": "reviews-3",
            "results": [
                {
                    "text": "台灯很亮，就是开关有点松。加我 wx: [WECHAT_1]",
                    "spans": [{"start": 20, "end": 30, "type": "WECHAT"}],
                    "language": "zh",
                    "answers": _ANSWERS,
                    "mentions": _MENTIONS,
                    "truncated": False,
                }
            ],
        },
        response_only=True,
        status_codes=["200"],
    ),
]
