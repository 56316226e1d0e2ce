from reviews.models.catalogue import Category, Product
from reviews.models.doubts import Doubt, RedactionCase
from reviews.models.imports import ImportBatch, RejectedRow
from reviews.models.policies import (
    DEFAULT_DOUBT_BELOW,
    ListedValue,
    PlaceholderStyle,
    RedactionPolicy,
)
from reviews.models.reviews import (
    ANALYSED_LANGUAGES,
    DEFAULT_PURPOSES,
    Channel,
    LeftOut,
    Purpose,
    Review,
    TextRevision,
)
from reviews.models.shoppers import Shopper
from reviews.models.sources import Source
from reviews.models.tombstones import Tombstone
from reviews.models.uploads import Upload

__all__ = [
    "ANALYSED_LANGUAGES",
    "DEFAULT_DOUBT_BELOW",
    "DEFAULT_PURPOSES",
    "Category",
    "Channel",
    "Doubt",
    "ImportBatch",
    "LeftOut",
    "ListedValue",
    "PlaceholderStyle",
    "Product",
    "Purpose",
    "RedactionCase",
    "RedactionPolicy",
    "RejectedRow",
    "Review",
    "Shopper",
    "Source",
    "TextRevision",
    "Tombstone",
    "Upload",
]
