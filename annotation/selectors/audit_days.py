"""The audit sample day by day: what was drawn, what became of it, and which labels may correct.

A day is that on which reviews came, since its rate drew them. Until every review drawn on it is
accounted for, the day corrects nothing: what is answered first is not a sample of what was drawn.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from accounts.models import Store
from annotation.models import (
    Annotation,
    Assignment,
    BatchItem,
    SamplingDesign,
    SkipReason,
)
from reviews.models import Purpose
from reviews.selectors import reviews_for

# Skipped for these, a review is none that any figure counts: it is not missing.
OUTSIDE = (
    SkipReason.DEFAULT_TEXT,
    SkipReason.SPAM,
    SkipReason.COPIED,
    SkipReason.OTHER_LANGUAGE,
)


@dataclass(slots=True)
class AuditDay:
    """What became of the reviews drawn on one day.

    drawn = answered + outside + missing + open. outside: not counted in figures, by what was
    found out or by a skip. missing: counted, yet without an answer. open: somebody still has to
    answer. reasons: of all three, by name (reasons of skips; `left_out`, `withdrawn` for what may
    no longer be labelled, `changed` where the shopper wrote another text; `second` where one of
    two has answered). rate: that with which they were drawn.
    """

    day: date
    rate: float
    drawn: int = 0
    answered: int = 0
    outside: int = 0
    missing: int = 0
    open: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def is_finished(self) -> bool:
        """Whether the day is over and nothing drawn on it is open."""
        return not self.open and self.day < timezone.localdate()


@dataclass(frozen=True, slots=True)
class AuditLabel:
    """What people answered to one question about one review of the audit sample.

    choices: one for each person who answered. probability: that of being drawn, times the share
    of those drawn that have an answer.
    """

    review_id: int
    revision_id: int
    question: str
    choices: tuple[str, ...]
    day: date
    probability: float


@dataclass(frozen=True, slots=True)
class AuditSet:
    """The labels of finished days. `response`: answered / (answered + missing) over these days."""

    days: list[AuditDay]
    labels: list[AuditLabel]
    response: float | None


@dataclass(frozen=True, slots=True)
class _Item:
    pk: int
    review_id: int
    day: date
    probability: float
    became: str  # answered, outside, missing, open
    reason: str


def audit_days(
    stores: Iterable[Store], since: date | None = None, until: date | None = None
) -> list[AuditDay]:
    """The days on which something of `stores` was drawn, newest first; `until` included."""
    return _days(_items(list(stores), since, until))


def audit_labels(
    stores: Iterable[Store], since: date | None = None, until: date | None = None
) -> AuditSet:
    """The audit labels that may correct an index of `stores`: those of finished days.

    Skips do not pass for answers: what figures do not count is left out, and what is missing
    raises the weight of what is there by the same share on all these days (a weighting class).
    Nobody who trains may call it.
    """
    items = _items(list(stores), since, until)
    days = [day for day in _days(items) if day.is_finished]
    answered, missing = sum(day.answered for day in days), sum(day.missing for day in days)
    if not answered:
        return AuditSet(days, [], None)
    response = answered / (answered + missing)
    finished = {day.day for day in days}
    usable = {item.pk: item for item in items if item.day in finished and item.became == "answered"}
    return AuditSet(days, _labels(usable, response), response)


def _labels(items: dict[int, _Item], response: float) -> list[AuditLabel]:
    """Of a question whose set was changed only the days on which no answer is due anew: what is
    left of the others is a part that nobody drew."""
    said: dict[tuple[int, int, str], list[str]] = defaultdict(list)
    due: set[tuple[date, str]] = set()
    rows = Annotation.objects.filter(item__in=list(items), revision__is_current=True)
    for item, revision, question, choice, asked in rows.order_by(
        "item", "question__order", "annotator"
    ).values_list("item", "revision", "question__key", "choice__key", "question__active"):
        if asked:
            said[item, revision, question].append(choice)
        else:
            due.add((items[item].day, question))
    return [
        AuditLabel(
            items[item].review_id,
            revision,
            question,
            tuple(choices),
            items[item].day,
            items[item].probability * response,
        )
        for (item, revision, question), choices in said.items()
        if (items[item].day, question) not in due
    ]


def _days(items: Iterable[_Item]) -> list[AuditDay]:
    found: dict[date, AuditDay] = {}
    rates: dict[date, Counter[float]] = defaultdict(Counter)
    for item in items:
        day = found.setdefault(item.day, AuditDay(item.day, item.probability))
        rates[item.day][item.probability] += 1
        day.drawn += 1
        setattr(day, item.became, getattr(day, item.became) + 1)
        if item.reason:
            day.reasons[item.reason] += 1
    for at, day in found.items():
        # One for all, but where sample data came on the same day: it brings its own.
        day.rate = rates[at].most_common(1)[0][0]
    return sorted(found.values(), key=lambda one: one.day, reverse=True)


def _drawn(stores: list[Store]) -> QuerySet[Any]:
    """Those that figures of `stores` may be about, whatever else they may be used for."""
    return BatchItem.objects.filter(
        batch__design=SamplingDesign.AUDIT,
        inclusion_probability__isnull=False,
        review__in=reviews_for(Purpose.ANALYSE, stores),
    ).annotate(day=TruncDate("review__created_at", tzinfo=timezone.get_current_timezone()))


def _items(stores: list[Store], since: date | None, until: date | None) -> list[_Item]:
    found = _drawn(stores)
    if since is not None:
        found = found.filter(day__gte=since)
    if until is not None:
        found = found.filter(day__lte=until)
    ended = Assignment.objects.filter(item=OuterRef("pk"), state=Assignment.State.ANSWERED)
    # Not the text that was shown: what is redacted anew takes its answers along.
    current = Annotation.objects.filter(item=OuterRef("pk"), revision__is_current=True)
    rows = found.annotate(answers=Exists(ended), of_now=Exists(ended) & Exists(current)).order_by(
        "day", "pk"
    )
    skips = _skips(found)
    labelled = set(
        found.filter(review__in=reviews_for(Purpose.LABEL, stores)).values_list("pk", flat=True)
    )
    return [
        _Item(
            row["pk"],
            row["review_id"],
            row["day"],
            row["inclusion_probability"],
            *_became(row, skips.get(row["pk"], Counter()), may=row["pk"] in labelled),
        )
        for row in rows.values(
            "pk",
            "review_id",
            "day",
            "inclusion_probability",
            "answers",
            "of_now",
            "ended",
            "wanted_answers",
            left_out=F("review__left_out"),
            copy_of=F("review__duplicate_of"),
        )
    ]


def _skips(items: QuerySet[Any]) -> dict[int, Counter[str]]:
    found: dict[int, Counter[str]] = defaultdict(Counter)
    rows = Assignment.objects.filter(item__in=items.values("pk"), state=Assignment.State.SKIPPED)
    for item, reason in rows.values_list("item", "skip_reason"):
        found[item][reason] += 1
    return found


def _became(row: Mapping[str, Any], skips: Counter[str], *, may: bool) -> tuple[str, str]:
    """What became of an item, and why it has no answer where it has none."""
    if row["left_out"] or row["copy_of"]:
        return "outside", "left_out"
    if row["ended"] < row["wanted_answers"] and may:
        return "open", "second" if row["ended"] else ""
    if row["of_now"]:
        return "answered", ""
    if row["answers"]:
        return "missing", "changed"
    if not skips:
        return "missing", "withdrawn"
    reason = skips.most_common(1)[0][0]
    return ("outside" if reason in OUTSIDE else "missing"), reason
