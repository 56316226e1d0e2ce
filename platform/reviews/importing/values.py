"""The values of a row, checked one by one. A complaint names the field and says what would do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil import parser as date_parser

LONGEST_TEXT = 20_000  # code points
LONGEST_ID = 200
_OLDEST = datetime(1995, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Rejection(Exception):
    """A row cannot go in: which field, a stable reason, and what to do about it."""

    field: str
    reason: str
    detail: str


_CHINESE_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日?")
_YEAR_FIRST = re.compile(r"^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}")
_NUMBERS_ONLY = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\b")
_STARS = re.compile(r"^\s*([0-9]+(?:\.[0-9]+)?)\s*(?:stars?|星|分|/\s*5|out of 5)?\s*$", re.I)
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
    if any("\ud800" <= char <= "\udfff" for char in whole):
        raise Rejection("text", "encoding", "bytes that are not UTF-8; save the file as UTF-8")
    if len(whole) > LONGEST_TEXT:
        raise Rejection(
            "text", "too_long", f"{len(whole)} characters; at most {LONGEST_TEXT} are taken"
        )
    return whole


def date_of(value: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    """A moment in time; a date without a time is noon in `zone`, so that it stays that day.

    Raises Rejection for what is no date, is ambiguous (03/04/2025), or lies ahead.
    """
    value = value.strip()
    if not value:
        return None
    found = _from_number(value) or _from_words(value)
    if found.tzinfo is None:
        bare = (found.hour, found.minute, found.second) == (0, 0, 0) and ":" not in value
        found = (found.replace(hour=12) if bare else found).replace(tzinfo=zone)
    if found > now + timedelta(days=1):
        raise Rejection("date", "bad_date", "the date lies in the future")
    if found < _OLDEST:
        raise Rejection("date", "bad_date", "the date lies before 1995")
    return found


def _from_number(value: str) -> datetime | None:
    if not re.fullmatch(r"\d{9,10}|\d{12,13}|\d{9,10}\.\d+", value):
        return None
    seconds = float(value)
    return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, tz=UTC)


def _from_words(value: str) -> datetime:
    plain = _CHINESE_DATE.sub(r"\1-\2-\3", value)
    ambiguous = _NUMBERS_ONLY.match(plain)
    if ambiguous and ambiguous[1] != ambiguous[2] and max(map(int, ambiguous.groups()[:2])) <= 12:
        raise Rejection("date", "bad_date", "day and month cannot be told apart; write YYYY-MM-DD")
    if not re.search(r"\d{4}", plain):
        raise Rejection("date", "bad_date", "not a date with a year; write YYYY-MM-DD")
    # A missing day would silently become today's.
    shaped = _YEAR_FIRST.match(plain) or ambiguous or re.search(r"[A-Za-z]{3}", plain)
    if not (shaped or re.fullmatch(r"\d{8}(?:T?\d{4,6}Z?)?", plain)):
        raise Rejection("date", "bad_date", "not a date; write YYYY-MM-DD")
    try:
        return date_parser.parse(plain, dayfirst=bool(ambiguous and int(ambiguous[1]) > 12))
    except (ValueError, OverflowError):
        raise Rejection("date", "bad_date", "not a date; write YYYY-MM-DD") from None


def stars_of(value: str) -> int | None:
    """1 to 5, or None when nothing is given. Raises Rejection otherwise."""
    if not value.strip():
        return None
    match = _STARS.match(value)
    number = float(match[1]) if match else 0.0
    if not match or number != round(number) or not 1 <= number <= 5:
        raise Rejection("stars", "bad_stars", "stars are a whole number from 1 to 5")
    return int(number)


def channel_of(value: str) -> str:
    """A channel's key; `review` when nothing is given. Raises Rejection for an unknown one."""
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
    if any(char < " " or "\ud800" <= char <= "\udfff" for char in value):
        raise Rejection(field, "bad_id", "holds control characters or bytes that are not UTF-8")
    return value
