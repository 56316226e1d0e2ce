"""Keys and names of groups, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Store
from analytics.selectors.asking import reads_chinese
from reviews.models import Category, Channel, Product


@dataclass(frozen=True, slots=True)
class Name:
    key: str | None
    name: str
    ref: int | None = None


def _missing(by: str) -> Name:
    names = {
        "category": _("Without a category"),
        "product": _("Without a product"),
        "brand": _("Without a brand"),
    }
    return Name(None, names.get(by) or _("Without a date"))


def _named(row: Any) -> str:
    first, second = (row.name_zh, row.name_en) if reads_chinese() else (row.name_en, row.name_zh)
    return str(first or second)


def _rows(by: str, ids: list[int]) -> dict[int, Name]:
    if by == "category":
        found = Category.objects.in_bulk(ids)
        return {pk: Name(row.key, _named(row) or row.key, pk) for pk, row in found.items()}
    if by == "store":
        stores = Store.objects.in_bulk(ids)
        return {pk: Name(row.key, _named(row) or row.key, pk) for pk, row in stores.items()}
    products = Product.objects.in_bulk(ids)
    return {
        pk: Name(row.external_id, _named(row) or row.external_id, pk)
        for pk, row in products.items()
    }


def _date_name(by: str, day: date) -> Name:
    if by == "month":
        return Name(f"{day:%Y-%m}", f"{day:%Y-%m}")
    if by == "week":
        year, week, _weekday = day.isocalendar()
        return Name(day.isoformat(), f"{year}-W{week:02d}")
    return Name(day.isoformat(), day.isoformat())


def names_of(by: str, groups: Iterable[Any]) -> dict[Any, Name]:
    """The name of each group. A week is keyed by its Monday, a product by the store's number."""
    groups = list(groups)
    found: dict[Any, Name] = {None: _missing(by)} if None in groups else {}
    given = [group for group in groups if group is not None]
    if by in {"category", "store", "product"}:
        return found | _rows(by, given)
    if by in {"day", "week", "month"}:
        return found | {group: _date_name(by, group) for group in given}
    channels = {value: str(label) for value, label in Channel.choices}
    words = {"all": _("All reviews"), "zh": _("Chinese"), "en": _("English"), **channels}
    if by == "brand":
        words = {}
    return found | {group: Name(group, words.get(group, group)) for group in given}
