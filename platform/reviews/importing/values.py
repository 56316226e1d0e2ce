"""The values of a row, checked one by one. A complaint names the field and says what would do."""

from __future__ import annotations

import re

from reviews.importing.dates import date_of
from reviews.importing.problems import Rejection

__all__ = ["LONGEST_ID", "LONGEST_TEXT", "Rejection", "channel_of", "date_of", "deleted_of"]
__all__ += ["id_of", "stars_of", "text_of"]

LONGEST_TEXT = 20_000  # code points
LONGEST_ID = 200

_STARS = re.compile(
    r"\s*([0-9]+(?:\.[0-9]+)?)\s*(?:stars?|星|分|颗星|/\s*5(?:\.0)?|out of 5(?:\.0)?(?: stars?)?)?"
    r"\s*",
    re.I,
)
_STAR_SIGNS = re.compile(r"([★⭐]\ufe0f?){1,5}[☆✩]*")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x1f\ud800-\udfff]")
_DAY = re.compile(r"(?:19|20)\d\d[-/年]")
# What exports write into a column that says whether a review is still there.
_DELETED = {
    *("1", "true", "yes", "y", "t", "x", "是"),
    *("deleted", "removed", "trashed", "trash", "withdrawn"),
    *("已删除", "删除", "已撤回", "已下架"),
}
_CHANNELS = {
    "review": "review",
    "reviews": "review",
    "评价": "review",
    "评论": "review",
    "question": "question",
    "qa": "question",
    "q&a": "question",
    "提问": "question",
    "问答": "question",
    "ticket": "ticket",
    "support": "ticket",
    "工单": "ticket",
    "客服": "ticket",
    "chat": "chat",
    "聊天": "chat",
}


def text_of(value: str, title: str = "") -> str:
    """The review's words (a title goes before the body, unless the body repeats it).

    Raises Rejection: no text, too long, or bytes that are not UTF-8.
    """
    body, title = value.strip(), title.strip()
    whole = body
    if title and not body.startswith(title):
        whole = f"{title}\n{body}" if body else title
    if not whole:
        raise Rejection("text", "no_text", "the text is empty")
    if _SURROGATE.search(whole):
        raise Rejection("text", "encoding", "bytes that are not UTF-8; save the file as UTF-8")
    if len(whole) > LONGEST_TEXT:
        raise Rejection(
            "text", "too_long", f"{len(whole)} characters; at most {LONGEST_TEXT} are taken"
        )
    return whole


def stars_of(value: str) -> int | None:
    """1 to 5, or None when nothing is given. Raises Rejection otherwise."""
    if not value or value.isspace():
        return None
    if len(value) == 1 and "1" <= value <= "5":
        return int(value)
    if _STAR_SIGNS.fullmatch(value.strip()):
        return sum(map(value.count, "★⭐"))
    match = _STARS.fullmatch(value[:40])
    number = float(match[1]) if match else 0.0
    if not match or number != round(number) or not 1 <= number <= 5:
        raise Rejection("stars", "bad_stars", "stars are a whole number from 1 to 5")
    return int(number)


def channel_of(value: str) -> str:
    """A channel's key; `review` when nothing is given. Raises Rejection for an unknown one."""
    if not value:
        return "review"
    plain = value.strip().lower()
    if not plain:
        return "review"
    if plain not in _CHANNELS:
        raise Rejection("channel", "bad_channel", "the channel is review, question, ticket or chat")
    return _CHANNELS[plain]


def id_of(value: str, field: str = "id") -> str:
    """An identifier, trimmed. Raises Rejection when it is too long or holds control characters."""
    value = value.strip()
    if len(value) > LONGEST_ID:
        raise Rejection(field, "bad_id", f"longer than {LONGEST_ID} characters")
    if _CONTROL.search(value):
        raise Rejection(field, "bad_id", "holds control characters or bytes that are not UTF-8")
    return value


def deleted_of(value: str) -> bool:
    """Whether the shop says that the review is gone: a yes, `deleted`, or the day it went."""
    plain = value.strip().lower()
    return plain in _DELETED or _DAY.match(plain) is not None
