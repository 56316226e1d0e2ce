"""Which column of a file is which field. An exact name beats a synonym; a mapping beats both."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from reviews.importing.dates import Order
from reviews.importing.problems import Rejection
from reviews.importing.values import channel_of

FIELDS = (
    "id",
    "text",
    "title",
    "product_id",
    "product_name",
    "brand",
    "category",
    "shopper",
    "date",
    "stars",
    "channel",
    "variant",
    "updated_at",
    "deleted",
    "follow_up",
    "follows",
)
# In a mapping a value that begins so is no column but what every row has: `channel==ticket`.
FIXED = "="
FIXABLE = ("channel", "brand", "category", "product_id", "product_name")
# A mapping may say how the file writes 03/04/2025: `dates==dmy` or `dates==mdy`.
DATES = "dates"

# Ordered: the first synonym a file has is taken.
_SYNONYMS: dict[str, tuple[str, ...]] = {
    "id": ("review_id", "reviewid", "comment_id", "external_id", "uid", "评论id", "评价id", "编号"),
    "text": (
        "review_text",
        "reviewtext",
        "review_body",
        "body",
        "content",
        "comment",
        "comments",
        "review",
        "reviews",
        "feedback",
        "message",
        "description",
        "评论内容",
        "评价内容",
        "评论",
        "评价",
        "内容",
        "正文",
        "留言",
    ),
    "title": ("review_title", "summary", "headline", "subject", "标题", "评论标题"),
    "product_id": (
        "product",
        "sku",
        "asin",
        "item_id",
        "itemid",
        "spu",
        "product_sku",
        "商品id",
        "商品编号",
        "产品id",
        "货号",
    ),
    "product_name": (
        "product_title",
        "item_name",
        "item_title",
        "product_name_en",
        "商品名称",
        "产品名称",
        "商品",
        "产品",
        "商品名",
    ),
    "brand": ("manufacturer", "vendor", "品牌"),
    "category": ("product_category", "category_name", "cat", "类目", "品类", "分类", "商品类别"),
    "shopper": (
        "user_id",
        "userid",
        "customer_id",
        "reviewer_id",
        "reviewerid",
        "author",
        "author_id",
        "user",
        "customer",
        "buyer",
        "username",
        "nickname",
        "用户id",
        "用户",
        "买家",
        "会员",
        "昵称",
        "用户名",
    ),
    "date": (
        "posted_at",
        "review_date",
        "created_at",
        "created",
        "time",
        "timestamp",
        "datetime",
        "submitted_at",
        "review_time",
        "reviewtime",
        "评论时间",
        "评价时间",
        "评论日期",
        "日期",
        "时间",
    ),
    "stars": ("rating", "score", "star", "overall", "star_rating", "评分", "星级", "打分"),
    "channel": ("type", "渠道", "来源类型"),
    "variant": ("variation", "option", "规格", "款式", "颜色分类"),
    "updated_at": (
        "updated",
        "modified_at",
        "last_modified",
        "edited_at",
        "last_update",
        "修改时间",
        "更新时间",
    ),
    "deleted": ("is_deleted", "deleted_at", "removed", "是否删除", "删除时间"),
    "follow_up": (
        "followup",
        "follow_up_text",
        "follow_up_review",
        "append_content",
        "append_comment",
        "additional_comment",
        "after_comment",
        "update_text",
        "追评",
        "追评内容",
        "追加评论",
        "追加评价",
        "追加内容",
        "追加评价内容",
        "追評",
    ),
    "follows": (
        "parent_id",
        "parent_review_id",
        "parent_comment_id",
        "original_review_id",
        "first_review_id",
        "main_review_id",
        "follow_up_of",
        "主评id",
        "主评论id",
        "父评论id",
        "原评论id",
        "初评id",
        "首评id",
    ),
}
_PLACE = re.compile(r"#([1-9]\d{0,3})")
_SEPARATORS = re.compile(r"[\s\-.]+")


class BadMapping(Exception):
    """A mapping names a field or a column that is not there; the message says which are."""


def plain_name(name: str) -> str:
    """A column's name as names are compared."""
    return _SEPARATORS.sub("_", name.strip().strip("\ufeff").lower())


def resolve(header: Sequence[str], mapping: Mapping[str, str] | None = None) -> dict[str, str]:
    """`{field: column}` for the columns of `header`.

    `mapping` names columns for fields and wins, by name or by place (`#2`); an empty name means
    that no column is the field.
    Raises BadMapping when it names something unknown, or when no column can be the text.
    """
    by_name = {plain_name(column): column for column in reversed(header)}
    mapping = at_places(header, mapping or {})
    found = _mapped(header, mapping)
    unwanted = set(mapping)
    taken = set(found.values())
    for field in FIELDS:
        for name in (field, *_SYNONYMS.get(field, ())):
            named = by_name.get(name)
            if field in found or field in unwanted or named is None or named in taken:
                continue
            # A column that is another field's exact name is that field's.
            if name == field or plain_name(named) not in FIELDS:
                if f"{named} (2)" in header:
                    raise BadMapping(
                        f"Two columns are called {named!r}; rename one, or say which is the "
                        f"{field} with the mapping {field}={named} or {field}={named} (2)"
                    )
                found[field] = named
                taken.add(named)
    if "text" not in found:
        raise BadMapping(_no_text(header))
    return found


def at_places(header: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """`mapping` with the columns of `header` for places (`#2`, from 1); other names are left."""
    found = dict(mapping)
    for field, column in mapping.items():
        place = _PLACE.fullmatch(column)
        if place is not None and column not in header and int(place[1]) <= len(header):
            found[field] = header[int(place[1]) - 1]
    return found


def _mapped(header: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for field, column in mapping.items():
        if field == DATES:
            if column not in {"=dmy", "=mdy"}:
                raise BadMapping("The order of dates is dates==dmy or dates==mdy")
        elif field not in FIELDS:
            raise BadMapping(f"Unknown field {field!r} in the mapping; there are {_list(FIELDS)}")
        elif column.startswith(FIXED):
            _check_fixed(field, column[1:])
        elif column and column not in header:
            raise BadMapping(
                f"The mapping wants column {column!r} for {field}, which the file does not have; "
                f"{_told(header)}"
            )
        elif column:
            found[field] = column
    return found


def _check_fixed(field: str, value: str) -> None:
    if field not in FIXABLE:
        raise BadMapping(f"Only {_list(FIXABLE)} can be the same for every row, not {field}")
    if field == "channel":
        try:
            channel_of(value)
        except Rejection as why:
            raise BadMapping(f"The mapping of the channel: {why.detail}") from None


def fixed_values(mapping: Mapping[str, str]) -> dict[str, str]:
    """`{field: value}` of what a mapping says every row has."""
    return {
        field: value[len(FIXED) :]
        for field, value in mapping.items()
        if field != DATES and value.startswith(FIXED)
    }


def order_of(mapping: Mapping[str, str]) -> Order | None:
    """How a mapping says that the file writes day and month."""
    said = mapping.get(DATES)
    return "dmy" if said == "=dmy" else "mdy" if said == "=mdy" else None


KNOWN = frozenset(FIELDS).union(*_SYNONYMS.values())


def _no_text(header: Sequence[str]) -> str:
    if not any(plain_name(name) in KNOWN for name in header):
        return (
            "No column holds the review's text: none of the file's "
            f"{len(header)} columns has a name that is known, so its first row looks like data, "
            "not headers. Put the names of the columns there, or name one with the mapping "
            "text=COLUMN, by its place as in text=#2"
        )
    return (
        f"No column holds the review's text; {_told(header)}. Name it with the mapping text=COLUMN"
    )


def _told(header: Sequence[str]) -> str:
    """The columns of a file as a message may say them: by number, and by name where it is ours.

    Where a file has no header, what stands there is what a shopper wrote.
    """
    known = [
        f"{plain_name(name)} (#{place})"
        for place, name in enumerate(header, start=1)
        if plain_name(name) in KNOWN
    ]
    if not known:
        return f"the file has {len(header)} columns, none of a name that is known"
    return f"the file has {len(header)} columns, of which {_list(known)} are known by name"


def _list(names: Sequence[str]) -> str:
    shown = ", ".join(list(names)[:20])
    return shown + (", …" if len(names) > 20 else "")
