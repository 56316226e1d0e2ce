"""Examples of the OpenAPI document."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample

SENT = {
    "source": "shop-feed",
    "store": "lanting",
    "reviews": [
        {
            "id": "r-1001",
            "text": "台灯很亮，就是开关有点松。",
            "product_id": "LT-20",
            "date": "2026-03-01",
            "stars": 4,
        },
        {"id": "r-1002", "text": "Arrived late, but works.", "product_id": "LT-20", "stars": 3},
    ],
}
RECEIVED = {
    "source": "shop-feed",
    "store": "lanting",
    "counts": {"created": 1, "updated": 0, "unchanged": 0, "deleted": 0, "rejected": 1},
    "results": [
        {"index": 0, "id": "r-1001", "status": "created"},
        {
            "index": 1,
            "id": "r-1002",
            "status": "rejected",
            "error": {
                "field": "stars",
                "reason": "bad_stars",
                "detail": "stars are a whole number from 1 to 5",
            },
        },
    ],
}
ALL_RECEIVED = {
    **RECEIVED,
    "counts": {"created": 1, "updated": 0, "unchanged": 1, "deleted": 0, "rejected": 0},
    "results": [
        {"index": 0, "id": "r-1001", "status": "created"},
        {"index": 1, "id": "r-1002", "status": "unchanged"},
    ],
}
PRODUCT = {
    "id": 20,
    "store": "lanting",
    "external_id": "LT-20",
    "name_en": "Desk lamp",
    "name_zh": "台灯",
    "brand": "Lanting",
    "category": {"key": "Lighting", "name_en": "Lighting", "name_zh": "灯具"},
    "variant": "",
    "variant_of": None,
    "from_import": False,
    "created_at": "2026-03-01T04:00:00Z",
}
PRODUCT_SENT = {
    "name_en": "Desk lamp",
    "name_zh": "台灯",
    "brand": "Lanting",
    "category_en": "Lighting",
    "category_zh": "灯具",
}

SENDING = [
    OpenApiExample("Two reviews", SENT, request_only=True, media_type="application/json"),
    OpenApiExample(
        "One line of many",
        SENT["reviews"][0],
        request_only=True,
        media_type="application/x-ndjson",
    ),
    OpenApiExample("All taken", ALL_RECEIVED, response_only=True, status_codes=["200"]),
    OpenApiExample("One was rejected", RECEIVED, response_only=True, status_codes=["207"]),
]
PRODUCT_EXAMPLES = [
    OpenApiExample("A lamp", PRODUCT, response_only=True, status_codes=["200", "201"]),
    OpenApiExample("What is said of it", PRODUCT_SENT, request_only=True),
]
PRODUCTS_SENT = [
    OpenApiExample(
        "A lamp and its black variant",
        {
            "store": "lanting",
            "products": [
                {"external_id": "LT-20", **PRODUCT_SENT},
                {
                    "external_id": "LT-20-B",
                    "name_en": "Desk lamp, black",
                    "variant": "black",
                    "variant_of": "LT-20",
                },
            ],
        },
        request_only=True,
    ),
    OpenApiExample("Both stored", {"stored": 2}, response_only=True),
]
PRODUCT_PAGE = [
    OpenApiExample(
        "The last page",
        {"items": [PRODUCT], "next": None, "next_cursor": None},
        response_only=True,
        status_codes=["200"],
    )
]
