"""A row of a file as a product of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from reviews.cleaning.text import clean
from reviews.importing.columns import BadMapping, plain_name
from reviews.importing.problems import Rejection
from reviews.importing.values import id_of

LONGEST = {
    "external_id": 120,
    "name_en": 300,
    "name_zh": 300,
    "brand": 120,
    "category_en": 120,
    "category_zh": 120,
    "variant": 120,
    "variant_of": 120,
}
_SYNONYMS: dict[str, tuple[str, ...]] = {
    "external_id": ("product_id", "sku", "asin", "id", "item_id", "商品编号", "商品id", "货号"),
    "name_en": ("name", "product_name", "title", "product_title", "item_name"),
    "name_zh": ("商品名称", "产品名称", "名称", "商品标题", "宝贝标题"),
    "brand": ("vendor", "manufacturer", "品牌"),
    "category_en": ("category", "product_category", "type", "product_type"),
    "category_zh": ("类目", "品类", "分类", "商品类别"),
    "variant": ("option", "variation", "规格", "款式", "颜色分类"),
    "variant_of": ("parent", "parent_id", "parent_sku", "parent_asin", "spu", "主商品编号"),
}
_HAN = re.compile("[\u4e00-\u9fff]")


def product_columns(header: Sequence[str]) -> dict[str, str]:
    """`{field: column}`. Raises BadMapping without a column for the product's number."""
    by_name = {plain_name(column): column for column in reversed(header)}
    found: dict[str, str] = {}
    for field in LONGEST:
        for name in (field, *_SYNONYMS[field]):
            if name in by_name and by_name[name] not in found.values():
                found.setdefault(field, by_name[name])
    if "external_id" not in found:
        names = ", ".join(("external_id", *_SYNONYMS["external_id"]))
        raise BadMapping(f"No column holds the product's number; it is called one of {names}")
    return found


def product_values(row: Mapping[str, str], columns: Mapping[str, str]) -> dict[str, str]:
    """The fields of one product. Raises Rejection."""
    values = {field: row.get(column, "") for field, column in columns.items()}
    found = {
        field: clean(value[:2000])[: LONGEST[field]]
        for field, value in values.items()
        if field not in {"external_id", "variant_of"}
    }
    for field in ("external_id", "variant_of"):
        found[field] = id_of(values.get(field, ""), field)[: LONGEST[field]]
    if not found["external_id"]:
        raise Rejection("external_id", "no_id", "the product has no number")
    # One column for both languages: the text says which it is.
    for english, chinese in (("name_en", "name_zh"), ("category_en", "category_zh")):
        if _HAN.search(found.get(english, "")) and not found.get(chinese):
            found[english], found[chinese] = "", found[english]
    return found
