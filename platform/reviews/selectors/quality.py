"""How good the data is that came in: what is missing, doubled, foreign, short, redacted, refused.

Everything is counted by week, or by source; a week begins on Monday in the time zone of the
figures. Questions, tickets and chats are counted too: they are data like the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Aggregate, Count, DateField, F, FloatField, Q, QuerySet, Sum, Value
from django.db.models.expressions import Expression
from django.db.models.functions import Length, TruncWeek
from django.utils import timezone

from accounts.models import Store
from reviews.language import VARIETIES
from reviews.models import ImportBatch, LeftOut, Purpose, RejectedRow, Review, Source
from reviews.selectors.access import reviews_for


class When(StrEnum):
    """Which week a review belongs to. Refused rows are always counted when they came."""

    WRITTEN = "written"
    CAME = "came"


@dataclass(frozen=True, slots=True)
class QualityFilters:
    """What is looked at. `since`: a Monday; None is from the beginning."""

    stores: Sequence[Store]
    source: Source | None = None
    since: date | None = None
    when: When = When.WRITTEN


MISSING = ("product", "category", "date", "stars", "shopper")
MARKED = (
    "duplicate",
    "default_text",
    "spam",
    "language",
    "incentivised",
    "low_information",
    "burst",
    "follow_up",
)


@dataclass(frozen=True, slots=True)
class Quality:
    """One week or source. Counts are of reviews; shares are of `n`, in [0, 1]; None without any.

    `lengths`: the 10th, 50th and 90th hundredth of the texts' lengths, in code points.
    `placeholders`: pieces of personal data that were replaced. `rows` and `refused` are of imports.
    """

    key: Any
    n: int = 0
    missing: Mapping[str, int] | None = None
    marked: Mapping[str, int] | None = None
    varieties: Mapping[str, int] | None = None
    lengths: tuple[float, float, float] | None = None
    redacted: int = 0
    placeholders: int = 0
    rows: int = 0
    refused: int = 0

    def count(self, name: str) -> int:
        """The count called `name`: of what is missing or marked, a variety, or `redacted`."""
        if name == "redacted":
            return self.redacted
        for group in (self.missing, self.marked, self.varieties):
            if group and name in group:
                return group[name]
        return 0

    def share(self, name: str) -> float | None:
        if name == "refused":
            return self.refused / self.rows if self.rows else None
        return self.count(name) / self.n if self.n else None


class _Hundredths(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(array[0.1, 0.5, 0.9]) WITHIN GROUP (ORDER BY %(expressions)s)"
    name = "Hundredths"


def _counts() -> dict[str, Expression]:
    absent = {
        "product": Q(product__isnull=True),
        "category": Q(product__category__isnull=True),
        "date": Q(posted_at__isnull=True),
        "stars": Q(stars__isnull=True),
        "shopper": Q(shopper__isnull=True),
    }
    marked = {
        "duplicate": Q(duplicate_of__isnull=False),
        "default_text": Q(left_out=LeftOut.DEFAULT_TEXT),
        "spam": Q(left_out=LeftOut.SPAM),
        "language": Q(left_out=LeftOut.LANGUAGE),
        "incentivised": Q(incentivised=True),
        "low_information": Q(low_information=True),
        "burst": Q(burst=True),
        "follow_up": Q(follow_up=True),
    }
    found: dict[str, Expression] = {"n": Count("pk")}
    found |= {f"missing_{name}": Count("pk", filter=which) for name, which in absent.items()}
    found |= {f"marked_{name}": Count("pk", filter=which) for name, which in marked.items()}
    for place, variety in enumerate(VARIETIES):
        found[f"variety_{place}"] = Count("pk", filter=Q(variety=variety))
    found["lengths"] = _Hundredths(Length("revisions__text"), output_field=ArrayField(FloatField()))
    found["redacted"] = Count("pk", filter=Q(revisions__placeholders__gt=0))
    found["placeholders"] = Sum("revisions__placeholders")
    return found


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())


def _reviews(filters: QualityFilters) -> QuerySet[Review]:
    found = reviews_for(Purpose.ANALYSE, filters.stores).filter(revisions__is_current=True)
    if filters.source is not None:
        found = found.filter(source=filters.source)
    if filters.since is not None:
        column = "posted_at" if filters.when == When.WRITTEN else "created_at"
        found = found.filter(**{f"{column}__gte": _begin(filters.since)})
    return found.order_by()


def _imports(filters: QualityFilters) -> QuerySet[ImportBatch]:
    found = ImportBatch.objects.filter(source__store__in=filters.stores, dry_run=False)
    if filters.source is not None:
        found = found.filter(source=filters.source)
    if filters.since is not None:
        found = found.filter(started_at__gte=_begin(filters.since))
    return found.order_by()


def _week(column: str) -> Expression:
    zone = timezone.get_default_timezone()
    return TruncWeek(column, output_field=DateField(), tzinfo=zone)


def quality_by_week(filters: QualityFilters) -> list[Quality]:
    """A line a week from the first to the last that has anything, without gaps.

    Reviews without a date are in no week that goes by when they were written.
    """
    column = "posted_at" if filters.when == When.WRITTEN else "created_at"
    dated = _reviews(filters).filter(**{f"{column}__isnull": False})
    lines = _lines(dated, _week(column))
    came = _came(_imports(filters), _week("started_at"))
    if not lines and not came:
        return []
    week, last = min([*lines, *came]), max([*lines, *came])
    found = []
    while week <= last:
        found.append(_line(week, lines.get(week), came.get(week)))
        week += timedelta(days=7)
    return found


def quality_by_source(filters: QualityFilters) -> list[tuple[Source, Quality]]:
    """A line a source, most reviews first; sources that brought nothing are at the end."""
    lines = _lines(_reviews(filters), F("source_id"))
    came = _came(_imports(filters), F("source_id"))
    sources = Source.objects.filter(store__in=filters.stores).select_related("store")
    if filters.source is not None:
        sources = sources.filter(pk=filters.source.pk)
    found = [(one, _line(one.pk, lines.get(one.pk), came.get(one.pk))) for one in sources]
    return sorted(found, key=lambda row: (-row[1].n, row[0].key))


def quality_of_all(filters: QualityFilters) -> Quality:
    """Everything that `filters` lets through, in one line."""
    lines = _lines(_reviews(filters), Value(1))
    came = _came(_imports(filters), Value(1))
    return _line(None, lines.get(1), came.get(1))


def refusal_reasons(filters: QualityFilters, most: int = 8) -> list[tuple[str, str, int]]:
    """(reason, field, rows) of the refused rows, the commonest first."""
    return list(
        RejectedRow.objects.filter(batch__in=_imports(filters))
        .values_list("reason", "field")
        .annotate(n=Count("id"))
        .order_by("-n", "reason", "field")[:most]
    )


def _lines(reviews: QuerySet[Review], key: Any) -> dict[Any, dict[str, Any]]:
    rows = reviews.annotate(key=key).values("key").annotate(**_counts()).order_by()
    return {row["key"]: dict(row) for row in rows}


def _came(imports: QuerySet[ImportBatch], key: Any) -> dict[Any, dict[str, Any]]:
    rows = imports.annotate(key=key).values("key")
    sums = rows.annotate(all_rows=Sum("rows"), refused=Sum("rejected")).order_by()
    return {row["key"]: dict(row) for row in sums}


def _line(key: Any, line: Mapping[str, Any] | None, came: Mapping[str, Any] | None) -> Quality:
    row, brought = line or {}, came or {}
    return Quality(
        key,
        n=row.get("n", 0),
        missing={name: row.get(f"missing_{name}", 0) for name in MISSING},
        marked={name: row.get(f"marked_{name}", 0) for name in MARKED},
        varieties={
            variety: row.get(f"variety_{place}", 0) for place, variety in enumerate(VARIETIES)
        },
        lengths=tuple(row["lengths"]) if row.get("lengths") else None,
        redacted=row.get("redacted", 0),
        placeholders=row.get("placeholders") or 0,
        rows=brought.get("all_rows") or 0,
        refused=brought.get("refused") or 0,
    )


@dataclass(frozen=True, slots=True)
class StandOut:
    """A share of a week that is not as it was: of `name`, now and usually, in [0, 1]."""

    week: date
    name: str
    share: float
    usual: float


_LEAST_REVIEWS, _LEAST_WEEKS = 30, 6  # of the week; before it
_LEAST_POINTS = 0.02  # less is no news, however certain
_SIGMAS = 3


def stand_outs(weeks: Sequence[Quality], names: Iterable[str]) -> list[StandOut]:
    """What of the last week with enough reviews lies outside its control limits, largest first.

    The limits are those of a p-chart: three standard deviations of a binomial share around the
    pooled share of the weeks before (Shewhart; ISO 7870-2).
    """
    full = [week for week in weeks if week.n >= _LEAST_REVIEWS]
    if len(full) <= _LEAST_WEEKS:
        return []
    now, before = full[-1], full[:-1]
    total = sum(week.n for week in before)
    found = []
    for name in names:
        usual = sum(week.count(name) for week in before) / total
        share = now.count(name) / now.n
        deviation = (usual * (1 - usual) / now.n) ** 0.5
        if abs(share - usual) > max(_SIGMAS * deviation, _LEAST_POINTS):
            found.append(StandOut(now.key, name, share, usual))
    return sorted(found, key=lambda one: -abs(one.share - one.usual))
