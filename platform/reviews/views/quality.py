"""How good the data is that comes in, by week and by source, and the cleaning rules of a source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Role, Store
from accounts.selectors import has_role, stores_for
from common import doorway
from common.pages import csv_download, page
from reviews.cleaning.catalogue import RULES
from reviews.language import VARIETIES
from reviews.models import Source
from reviews.quality_words import measure_words
from reviews.selectors.imports import cleaned_lately, sources_for
from reviews.selectors.quality import (
    MARKED,
    MISSING,
    Quality,
    QualityFilters,
    When,
    quality_by_source,
    quality_by_week,
    quality_of_all,
    refusal_reasons,
    stand_outs,
)
from reviews.services.sources import source_rules_switch

PERIODS = {
    "13": gettext_lazy("last 13 weeks"),
    "26": gettext_lazy("last 26 weeks"),
    "52": gettext_lazy("last 52 weeks"),
    "all": gettext_lazy("all time"),
}
_USUAL = "26"
_WATCHED = (*MISSING, *MARKED[:7], *VARIETIES, "redacted")
WHENS = {
    When.WRITTEN: gettext_lazy("the week they were written"),
    When.CAME: gettext_lazy("the week they came in"),
}
# Each chart, and what it shows: one line a share.
CHARTS: dict[str, tuple[str, ...]] = {
    "missing": MISSING,
    "left_out": ("duplicate", "default_text", "spam", "language"),
    "marked": ("incentivised", "low_information", "burst", "follow_up"),
    "languages": VARIETIES,
    "redactions": ("redacted",),
    "refused": ("refused",),
}


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What the address says, and what can be chosen."""

    filters: QualityFilters
    period: str
    stores: list[Store]
    store: Store | None
    sources: list[Source]

    @property
    def narrowed(self) -> bool:
        return bool(self.store or self.filters.source or self.period != _USUAL)


def _chosen(request: HttpRequest) -> _Chosen:
    """Raises Http404 for a store or source that the person may not see."""
    get = request.GET
    mine = list(stores_for(request.user).order_by("key"))
    store = _one(mine, get.get("store", ""))
    stores = [store] if store else mine
    sources = list(sources_for(stores))
    wanted = get.get("source", "")
    source = next((one for one in sources if wanted == str(one.pk)), None)
    if wanted and source is None:
        raise Http404
    period = get.get("period", _USUAL)
    period = period if period in PERIODS else _USUAL
    when = When(get["when"]) if get.get("when") in set(When) else When.WRITTEN
    since = None
    if period != "all":
        today = timezone.localdate()
        since = today - timedelta(days=today.weekday(), weeks=int(period) - 1)
    return _Chosen(QualityFilters(stores, source, since, when), period, mine, store, sources)


def _one(stores: Sequence[Store], key: str) -> Store | None:
    if not key:
        return None
    for store in stores:
        if store.key == key:
            return store
    raise Http404


@require_safe
@login_required
def quality(request: HttpRequest) -> HttpResponse:
    chosen = _chosen(request)
    weeks = quality_by_week(chosen.filters)
    context = {
        "chosen": chosen,
        "periods": PERIODS,
        "whens": WHENS,
        "all": quality_of_all(chosen.filters),
        "weeks": weeks,
        "charts": CHARTS,
        "chart": chart_data(weeks),
        "by_source": quality_by_source(chosen.filters),
        "reasons": refusal_reasons(chosen.filters),
        "stand_outs": stand_outs(weeks, _WATCHED),
        "may_change": _may_change(request.user),
        "any_import": chosen.sources,
    }
    return page(request, "reviews/quality.html", context, title=gettext_lazy("Data quality"))


def chart_data(weeks: Sequence[Quality]) -> dict[str, Any]:
    """What the charts draw: shares in hundredths, lengths in characters, by week."""

    def hundredths(name: str) -> list[float | None]:
        shares = [week.share(name) for week in weeks]
        return [None if share is None else round(100 * share, 2) for share in shares]

    def lengths(place: int) -> list[float | None]:
        return [week.lengths[place] if week.lengths else None for week in weeks]

    return {
        "weeks": [week.key.isoformat() for week in weeks],
        "n": [week.n for week in weeks],
        "words": {"reviews": _("Reviews:"), "rows": _("Rows:"), "median": _("half are shorter")},
        "rows": [week.rows for week in weeks],
        "charts": {
            chart: [{"name": measure_words(name), "values": hundredths(name)} for name in names]
            for chart, names in CHARTS.items()
        },
        "lengths": {"low": lengths(0), "middle": lengths(1), "high": lengths(2)},
    }


@require_safe
@login_required
def quality_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Every count of every week, for a spreadsheet."""
    return csv_download(_table(quality_by_week(_chosen(request).filters)), "data-quality.csv")


def _table(weeks: Iterable[Quality]) -> Iterator[list[object]]:
    names = (*MISSING, *MARKED, *VARIETIES, "redacted")
    header = [*(f"missing_{name}" for name in MISSING), *MARKED, *VARIETIES, "redacted"]
    lengths = ("length_p10", "length_p50", "length_p90")
    yield ["week", "reviews", *header, "placeholders", *lengths, "rows", "refused"]
    for week in weeks:
        counts = (week.count(name) for name in names)
        length = week.lengths or ("", "", "")
        yield [week.key, week.n, *counts, week.placeholders, *length, week.rows, week.refused]


def _may_change(person: Any) -> bool:
    return has_role(person, Role.MANAGER, Role.INTEGRATOR)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def source_rules(request: HttpRequest, source_id: int) -> HttpResponse:
    """The cleaning rules of a source, to be switched by those who may."""
    source = get_object_or_404(sources_for(stores_for(request.user)), pk=source_id)
    may_change = _may_change(request.user)
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        kept = set(request.POST.getlist("rule"))
        job = source_rules_switch(
            actor=request.user, source=source, off=[r.key for r in RULES if r.key not in kept]
        )
        if job is not None:
            doorway.wake(job)
        messages.success(request, _("Saved. What comes in from now on goes by these rules."))
        return redirect("source-rules", source_id=source.pk)
    lately = cleaned_lately(source)
    rows = [
        {"rule": rule, "on": rule.key not in source.rules_off, "n": lately.get(rule.key)}
        for rule in RULES
    ]
    return page(
        request,
        "reviews/source_rules.html",
        {"source": source, "rows": rows, "may_change": may_change, "lately": lately},
        title=_("Cleaning rules of %(source)s") % {"source": source.key},
        crumbs=[(gettext_lazy("Data quality"), "quality")],
    )
