"""Moments as shops, spreadsheets and people write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil import parser as date_parser

from reviews.importing.problems import Rejection

# Which of the first two numbers of 03/04/2025 is the day.
Order = Literal["dmy", "mdy"]

_OLDEST = datetime(1995, 1, 1, tzinfo=UTC)
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?)?")
_CHINESE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?")
_CHINESE_TIME = re.compile(
    r"(凌晨|早上|上午|中午|下午|傍晚|晚上)?\s*(\d{1,2})\s*[:：点时]\s*(?:(\d{1,2})\s*[分:：]?)?\s*(?:(\d{1,2})\s*秒?)?"
)
_AFTERNOON = {"下午", "傍晚", "晚上"}
_YEAR_FIRST = re.compile(r"^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}")
_NUMBERS_ONLY = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\b")
# "Reviewed in the United Kingdom on 3 March 2026"
_REVIEWED = re.compile(r"^reviewed in .{2,60}? on ", re.IGNORECASE)
_ZONE_NAME = re.compile(r"\s*\([A-Za-z ]{2,40}\)$")  # as browsers write: (China Standard Time)
_LONGEST = 80  # characters
_HELP = "write YYYY-MM-DD"


def order_seen(value: str) -> Order | None:
    """What a date tells of the order of day and month; None for most."""
    found = _NUMBERS_ONLY.match(value.strip())
    if found is None:
        return None
    first, second = int(found[1]), int(found[2])
    if first > 12 >= second:
        return "dmy"
    return "mdy" if second > 12 >= first else None


def date_of(
    value: str, zone: ZoneInfo, now: datetime, order: Order | None = None
) -> datetime | None:
    """A moment in time; a date without a time is noon in `zone`, so that it stays that day.

    `order` is how day and month stand in this file, where that is known. Raises Rejection for
    what is no date, is ambiguous (03/04/2025), or lies ahead.
    """
    value = value.strip()
    if not value:
        return None
    found = _parsed(value, zone, order)
    if found > now + timedelta(days=1):
        raise Rejection("date", "bad_date", "the date lies in the future")
    if found < _OLDEST:
        raise Rejection("date", "bad_date", "the date lies before 1995")
    return found


@lru_cache(maxsize=4096)
def _parsed(value: str, zone: ZoneInfo, order: Order | None) -> datetime:
    if _ISO.fullmatch(value):
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            raise Rejection("date", "bad_date", f"not a date; {_HELP}") from None
        return _placed(found, len(value) == 10, zone)
    if len(value) > _LONGEST:
        raise Rejection("date", "bad_date", f"not a date; {_HELP}")
    number = _from_number(value)
    if number is not None:
        return _placed(number, number.tzinfo is None and number.time() == datetime.min.time(), zone)
    found = _from_words(value, order)
    bare = ":" not in value and (found.hour, found.minute, found.second) == (0, 0, 0)
    return _placed(found, bare, zone)


def _placed(found: datetime, bare: bool, zone: ZoneInfo) -> datetime:
    if found.tzinfo is not None:
        return found
    return (found.replace(hour=12) if bare else found).replace(tzinfo=zone)


def _from_number(value: str) -> datetime | None:
    """Seconds, milliseconds or microseconds since 1970, or days as Excel counts them."""
    if re.fullmatch(r"\d{9,10}|\d{12,13}|\d{15,16}|\d{9,10}\.\d+", value):
        seconds = float(value)
        while seconds > 1e11:
            seconds /= 1000
        return datetime.fromtimestamp(seconds, tz=UTC)
    if re.fullmatch(r"[34]\d{4}(?:\.\d+)?|5[0-9]\d{3}(?:\.\d+)?", value):
        since = datetime(1899, 12, 30)  # noqa: DTZ001 - the file names no zone
        return since + timedelta(seconds=round(float(value) * 86_400))
    return None


def _from_words(value: str, order: Order | None) -> datetime:
    chinese = _CHINESE.search(value)
    if chinese is not None:
        return _from_chinese(chinese, value[chinese.end() :])
    plain = _ZONE_NAME.sub("", _REVIEWED.sub("", value))
    day_first = False
    numbers = _NUMBERS_ONLY.match(plain)
    if numbers is not None:
        day_first = _day_first(numbers, order)
    if not re.search(r"\d{4}", plain):
        raise Rejection("date", "bad_date", f"not a date with a year; {_HELP}")
    # A missing day would silently become today's.
    shaped = _YEAR_FIRST.match(plain) or numbers or _has_day_and_month(plain)
    if not (shaped or re.fullmatch(r"\d{8}(?:T?\d{4,6}Z?)?", plain)):
        raise Rejection("date", "bad_date", f"not a date; {_HELP}")
    return _made(lambda: date_parser.parse(plain, dayfirst=day_first))


def _day_first(numbers: re.Match[str], order: Order | None) -> bool:
    seen = order_seen(numbers[0])
    if seen is not None:
        return seen == "dmy"
    if numbers[1] == numbers[2]:
        return False
    if order is None:
        raise Rejection("date", "bad_date", f"day and month cannot be told apart; {_HELP}")
    return order == "dmy"


def _has_day_and_month(plain: str) -> bool:
    """Whether there is a month's name, and a number for the day beside the year."""
    return bool(
        re.search(r"[A-Za-z]{3}", plain)
        and re.search(r"(?<![\d:])\d{1,2}(?:st|nd|rd|th)?(?![\d:])", plain)
    )


def _from_chinese(date: re.Match[str], rest: str) -> datetime:
    time = _CHINESE_TIME.search(rest)
    hour, minute, second = (0, 0, 0)
    if time is not None:
        hour, minute, second = int(time[2]), int(time[3] or 0), int(time[4] or 0)
        if time[1] in _AFTERNOON and hour < 12:
            hour += 12
    year, month, day = map(int, date.groups())
    return _made(
        lambda: datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - as above
    )


def _made(make: Callable[[], datetime]) -> datetime:
    try:
        return make()
    except (ValueError, OverflowError, TypeError):
        raise Rejection("date", "bad_date", f"not a date; {_HELP}") from None
