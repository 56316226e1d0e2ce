"""The front page: three figures, how they went, and where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import Store
from analytics.formulas.figures import Figure
from analytics.formulas.intervals import Change
from analytics.selectors import (
    Compared,
    Filters,
    Headline,
    compared_rows,
    freshness,
    headline,
    index_series,
)
from analytics.selectors.browsing import any_reviews
from analytics.views.filtering import NO_CATEGORY, PageFilters, page_filters
from common.pages import csv_download, page
from modelops.selectors import champion
from taxonomy.questions import QUESTIONS

WEEKS = 26
_PRODUCTS = 8
_CHANGES = 5


def filters_of(chosen: PageFilters, **changes: Any) -> Filters:
    """The page's filters as those of the figures."""
    sought = chosen.sought
    categories = (sought.category.key,) if sought.category else ()
    found: dict[str, Any] = {
        "date_from": sought.since,
        "date_to": sought.until,
        "stores": (chosen.store.key,) if chosen.store else (),
        "languages": (sought.language,) if sought.language else (),
        "categories": ("",) if sought.without_category else categories,
        "products": (sought.product.pk,) if sought.product else (),
        "channels": (sought.channel,) if sought.channel else (),
    }
    return Filters(**{**found, **changes})


@require_safe
@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    chosen = page_filters(request, period="30")
    stores = chosen.stores
    if not any_reviews(stores):
        return page(
            request, "analytics/welcome.html", {"stores": stores}, title=gettext_lazy("Dashboard")
        )
    filters = filters_of(chosen)
    series = trend(stores, chosen)
    by_category = compared_rows("sentiment", "category", stores=stores, filters=filters)
    by_product = compared_rows("sentiment", "product", stores=stores, filters=filters)
    headlines = [headline(q.key, stores=stores, filters=filters) for q in QUESTIONS]
    context = {
        "chosen": chosen,
        "headlines": headlines,
        "changes": clear_changes(headlines, by_category) if chosen.previous else None,
        "trend": series,
        "chart": chart_data(series),
        "by_category": by_category,
        "by_product": by_product[:_PRODUCTS],
        "products_more": max(0, len(by_product) - _PRODUCTS),
        "no_category": NO_CATEGORY,
        "model": champion(),
        "fresh": freshness(),
    }
    return page(request, "analytics/dashboard.html", context, title=gettext_lazy("Dashboard"))


@dataclass(frozen=True, slots=True)
class Shift:
    """A clear change of a question's index: of a category, or of all reviews without a name."""

    question: str
    change: Change
    name: str = ""
    category: str = ""


def clear_changes(headlines: Sequence[Headline], by_category: Sequence[Compared]) -> list[Shift]:
    """What is real of the changes, the largest first: of all reviews, and of each category."""
    found = [
        Shift(line.question, line.index.change)
        for line in headlines
        if line.index.change is not None and line.index.change.clear
    ]
    if len(by_category) > 1:
        found += [
            Shift("sentiment", row.change, row.now.name, row.now.key or NO_CATEGORY)
            for row in by_category
            if row.change is not None and row.change.clear
        ]
    return sorted(found, key=lambda shift: -abs(shift.change.value))[:_CHANGES]


TrendRow = dict[str, Any]


def trend(stores: Sequence[Store], chosen: PageFilters, **changes: Any) -> list[TrendRow]:
    """The last weeks up to the period's end: a row a week, with a figure a question."""
    last = chosen.sought.until or chosen.newest
    if last is None:
        return []
    monday = last - timedelta(days=last.weekday())
    first = monday - timedelta(weeks=WEEKS - 1)
    filters = filters_of(chosen, date_from=first, date_to=last, **changes)
    lines = {
        q.key: index_series(q.key, stores=stores, filters=filters, step="week") for q in QUESTIONS
    }
    rows = []
    for at, figure in enumerate(lines["sentiment"]):
        begins = date.fromisoformat(figure.key or "")
        rows.append(
            {
                "week": begins,
                "ends": min(begins + timedelta(days=6), last),
                "whole": begins + timedelta(days=6) <= last,
                "n": figure.n,
                "figures": {key: line[at] for key, line in lines.items()},
            }
        )
    return rows


def chart_data(rows: Sequence[TrendRow]) -> dict[str, Any]:
    """What the charts draw: a label and a number of reviews a week, and a band a question."""

    def numbers(key: str, name: str) -> list[float | None]:
        found = [getattr(row["figures"][key], name) for row in rows]
        return [None if value is None else round(value, 4) for value in found]

    return {
        "weeks": [row["week"].isoformat() for row in rows],
        "n": [row["n"] for row in rows],
        "questions": {
            q.key: {name: numbers(q.key, name) for name in ("value", "low", "high")}
            for q in QUESTIONS
        },
        "words": {"reviews": _("Reviews"), "range": _("%(low)s to %(high)s")},
    }


@require_safe
@login_required
def trend_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The trend's table as a file: a line a week."""
    chosen = page_filters(request, period="30")
    return csv_download(_table(trend(chosen.stores, chosen)), "trend.csv")


def _table(weeks: Iterable[Mapping[str, Any]]) -> Iterator[list[object]]:
    names = [
        f"{q.key}_{name}" for q in QUESTIONS for name in ("value", "low", "high", "state", "model")
    ]
    yield ["week", "reviews", *names]
    for week in weeks:
        figures = [week["figures"][q.key] for q in QUESTIONS]
        cells = [cell for figure in figures for cell in _cells(figure)]
        yield [week["week"].isoformat(), week["n"], *cells]


def _cells(figure: Figure) -> list[str]:
    numbers = [figure.value, figure.low, figure.high]
    shown = ["" if number is None else f"{number:.4f}" for number in numbers]
    return [*shown, figure.state, figure.model or ""]
