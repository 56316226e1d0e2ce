"""Layouts of common exports: which column is which field, though nobody named it so.

Columns are compared as in `columns`: without regard to case, with `_` for spaces, hyphens and dots.
An export changes now and then, so each field has the names it has been seen under; a field that the
file does not have is left out. What a layout does not name is taken by the field's own name only,
not guessed, since exports hold columns with other meanings (a shop's reply called `comment`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reviews.importing.columns import DATES, FIELDS, BadMapping, plain_name


@dataclass(frozen=True)
class Preset:
    """`columns`: for each field the names its column may have. `signs`: columns that only this
    export has, all of which must be there for it to be recognised. `fixed`: as in a mapping.
    """

    key: str
    name_en: str
    name_zh: str
    columns: Mapping[str, tuple[str, ...]]
    signs: tuple[tuple[str, ...], ...]
    fixed: Mapping[str, str] = field(default_factory=dict)

    def mapping(self, header: Sequence[str]) -> dict[str, str]:
        """The mapping for a file with these columns. Raises BadMapping without a text."""
        by_name = {plain_name(column): column for column in reversed(header)}
        found = {
            name: next((by_name[one] for one in wanted if one in by_name), "")
            for name, wanted in self.columns.items()
        }
        if not found.get("text"):
            wanted = ", ".join(self.columns["text"])
            raise BadMapping(
                f"This is no export of {self.name_en} that is known: no column is called {wanted}"
            )
        # An empty name keeps columns from being taken by their synonyms; one that is called as the
        # field itself is meant.
        named = {name: found.get(name) or by_name.get(name, "") for name in FIELDS}
        return named | dict(self.fixed)

    def fits(self, header: Sequence[str]) -> bool:
        names = {plain_name(column) for column in header}
        return all(any(one in names for one in either) for either in self.signs)


_PRESETS = (
    Preset(
        "judgeme",
        "Judge.me (Shopify)",
        "Judge.me（Shopify）",
        {
            "id": ("id", "review_id", "uuid"),
            "title": ("title",),
            "text": ("body",),
            "stars": ("rating",),
            "date": ("review_date", "created_at"),
            "updated_at": ("updated_at",),
            "product_id": ("product_handle", "product_id", "product_external_id"),
            "product_name": ("product_title",),
            "shopper": ("reviewer_email", "reviewer_external_id", "reviewer_name"),
        },
        (("body",), ("rating",), ("reviewer_email",), ("product_handle", "curated")),
    ),
    Preset(
        "loox",
        "Loox (Shopify)",
        "Loox（Shopify）",
        {
            "id": ("id", "review_id"),
            "text": ("body", "review"),
            "stars": ("rating",),
            "date": ("created_at", "date"),
            "product_id": ("handle", "product_handle", "product_id"),
            "product_name": ("product_title", "product_name"),
            "shopper": ("email", "author", "nickname"),
            "variant": ("variant", "variant_title"),
        },
        (("body", "review"), ("photo_url", "img", "images"), ("handle", "product_handle")),
    ),
    Preset(
        "yotpo",
        "Yotpo",
        "Yotpo",
        {
            "id": ("review_id", "id"),
            "title": ("review_title",),
            "text": ("review_content",),
            "stars": ("review_score",),
            "date": ("review_creation_date", "review_date", "date", "created_at"),
            "updated_at": ("review_update_date",),
            "product_id": ("product_id", "external_product_id", "sku", "product_url"),
            "product_name": ("product_title", "product_name"),
            "shopper": ("email", "reviewer_email", "user_email", "display_name"),
        },
        (("review_content",), ("review_score",)),
    ),
    Preset(
        "stamped",
        "Stamped (Shopify)",
        "Stamped（Shopify）",
        {
            "id": ("reviewid", "review_id", "id"),
            "title": ("reviewtitle", "review_title"),
            "text": ("reviewmessage", "review_message", "reviewbody"),
            "stars": ("reviewrating", "rating"),
            "date": ("reviewdate", "review_date", "datecreated"),
            "product_id": ("productsku", "productid", "product_id"),
            "product_name": ("producttitle", "productname", "product_title"),
            "shopper": ("email", "author"),
            "variant": ("productvariant", "variant"),
        },
        (("reviewmessage", "review_message"),),
    ),
    Preset(
        "amazon",
        "Amazon",
        "亚马逊",
        {
            "id": ("review_id", "reviewid", "id"),
            "title": ("review_headline", "review_title", "title", "summary"),
            "text": (
                "review_body",
                "review_text",
                "reviewtext",
                "body",
                "content",
                "text",
                "review",
            ),
            "stars": ("star_rating", "rating", "overall", "stars"),
            "date": ("review_date", "reviewtime", "date", "unixreviewtime", "timestamp"),
            "product_id": ("asin", "child_asin", "parent_asin", "product_id"),
            "product_name": ("product_title", "product_name", "item_name"),
            "brand": ("brand", "brand_name"),
            "category": ("product_category",),
            "shopper": ("customer_id", "reviewerid", "user_id", "author", "profile_name"),
            "variant": ("variation", "style", "variant", "color"),
        },
        (("asin", "child_asin", "parent_asin"),),
    ),
    Preset(
        "jd",
        "JD",
        "京东",
        {
            "id": ("评价id", "评论id", "评价编号", "id", "guid"),
            "text": ("评价内容", "评论内容", "content"),
            "stars": ("评分", "星级", "评价星级", "评价等级", "score"),
            "date": ("评价时间", "评论时间", "评价日期", "creationtime"),
            "product_id": ("商品编号", "sku编号", "skuid", "sku", "商品id", "referenceid"),
            "product_name": ("商品名称", "referencename"),
            "brand": ("品牌",),
            "category": ("类目", "三级类目", "商品类目"),
            "shopper": ("用户账号", "客户账号", "用户昵称", "用户名", "用户pin", "nickname"),
            "variant": ("颜色", "规格", "productcolor"),
        },
        (
            ("评价内容", "评论内容", "content"),
            ("商品编号", "sku编号", "skuid", "referenceid"),
            ("评价时间", "评论时间", "creationtime"),
            ("用户账号", "客户账号", "用户昵称", "用户名", "用户pin", "nickname"),
        ),
    ),
    Preset(
        "taobao",
        "Taobao and Tmall",
        "淘宝与天猫",
        {
            "id": ("评价id", "子订单编号", "rateid", "id"),
            "text": ("评价内容", "初次评价", "首次评价", "初评内容", "评论内容", "ratecontent"),
            "date": ("评价时间", "初评时间", "评论时间", "创建时间", "ratedate"),
            "product_id": ("宝贝id", "商品id", "auctionnumid", "商家编码"),
            "product_name": ("宝贝标题", "宝贝名称", "商品标题", "商品名称", "auctiontitle"),
            "category": ("类目", "宝贝类目"),
            "shopper": ("买家昵称", "买家会员名", "会员名", "displayusernick"),
            "variant": ("sku属性", "宝贝属性", "规格", "颜色分类", "auctionsku"),
        },
        (("宝贝id", "宝贝标题", "宝贝名称", "买家昵称", "买家会员名", "ratecontent"),),
    ),
    Preset(
        "app_store",
        "App Store",
        "苹果 App Store",
        {
            "id": ("id", "review_id", "id_label"),
            "title": ("attributes_title", "title", "title_label"),
            "text": ("attributes_body", "body", "review", "content", "content_label"),
            "stars": ("attributes_rating", "rating", "im:rating_label"),
            "date": (
                "attributes_createddate",
                "createddate",
                "date",
                "created_at",
                "updated_label",
            ),
            "updated_at": ("updated", "last_modified"),
            "product_id": ("app_id", "appid", "bundle_id", "app_apple_id"),
            "product_name": ("app_name", "appname", "app"),
            "shopper": (
                "attributes_reviewernickname",
                "reviewernickname",
                "author",
                "nickname",
                "author_name_label",
            ),
            "variant": ("version", "app_version", "im:version_label"),
        },
        (("attributes_reviewernickname", "reviewernickname", "im:rating_label", "app_apple_id"),),
    ),
    Preset(
        "google_play",
        "Google Play",
        "Google Play",
        {
            "id": ("review_link", "review_id", "reviewid"),
            "title": ("review_title",),
            "text": ("review_text", "content", "text"),
            "stars": ("star_rating", "score"),
            "date": (
                "review_submit_millis_since_epoch",
                "review_submit_date_and_time",
                "at",
            ),
            "updated_at": (
                "review_last_update_millis_since_epoch",
                "review_last_update_date_and_time",
            ),
            "product_id": ("package_name", "app_id", "appid"),
            "variant": ("app_version_name", "reviewcreatedversion"),
        },
        (("review_text", "content"), ("package_name", "reviewcreatedversion")),
    ),
    Preset(
        "zendesk",
        "Zendesk",
        "Zendesk",
        {
            "id": ("id", "ticket_id"),
            "title": ("subject", "raw_subject"),
            "text": ("description", "comment", "latest_comment", "body", "subject"),
            "date": ("created_at", "created", "ticket_created_at"),
            "updated_at": ("updated_at", "updated", "ticket_updated_at"),
            "shopper": ("requester_id", "requester_email", "requester"),
            "deleted": ("status", "ticket_status"),
        },
        (("subject",), ("requester_id", "requester_email", "requester"), ("id", "ticket_id")),
        {"channel": "=ticket"},
    ),
)
# Every name a column has in one of these layouts.
KNOWN_NAMES = frozenset(
    name
    for preset in _PRESETS
    for names in (*preset.columns.values(), *preset.signs)
    for name in names
)
PRESETS: dict[str, Preset] = {preset.key: preset for preset in _PRESETS}


def preset_of(key: str) -> Preset:
    """Raises BadMapping for an unknown key, naming those there are."""
    if key not in PRESETS:
        raise BadMapping(f"Unknown preset {key!r}; there are {', '.join(PRESETS)}")
    return PRESETS[key]


def preset_that_fits(header: Sequence[str]) -> Preset | None:
    """The first layout that has all its signs among these columns."""
    return next((preset for preset in _PRESETS if preset.fits(header)), None)


def remembered(mapping: Mapping[str, str], header: Sequence[str]) -> dict[str, str]:
    """What of a mapping kept from an earlier file still holds for this one."""
    return {
        name: column
        for name, column in mapping.items()
        if (name in FIELDS or name == DATES)
        and (not column or column.startswith("=") or column in header)
    }
