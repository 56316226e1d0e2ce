"""How far batches are: for leads as it is, for those who label without giving gold away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Count, F, IntegerField, Q, QuerySet, Sum
from django.db.models.functions import Least

from accounts.models import Store, User
from accounts.selectors import stores_for
from annotation.models import Assignment, Batch, BatchItem, SamplingDesign
from reviews.models import Purpose
from reviews.selectors import reviews_for

_NONE = {"reviews": 0, "wanted": 0, "ended": 0, "complete": 0}


def to_label(batch: Batch) -> Q:
    """The condition on an item of `batch` that somebody is to answer it: of the audit sample, which
    is drawn from everything, not what no figure counts."""
    if batch.design != SamplingDesign.AUDIT:
        return Q()
    return Q(review__left_out="", review__duplicate_of=None)


def progress(batches: Iterable[Batch], stores: Iterable[Store]) -> dict[int, dict[str, int]]:
    """By batch: answers wanted, answers and skips that are in, reviews all of whose are in.

    Of reviews of `stores` that may be labelled; without hidden gold.
    """
    batches = list(batches)
    may = reviews_for(Purpose.LABEL, stores)
    found = {one.pk: dict(_NONE) for one in batches}
    alike: dict[Q, list[int]] = defaultdict(list)
    for one in batches:
        alike[to_label(one)].append(one.pk)
    for condition, ids in alike.items():
        items = BatchItem.objects.filter(condition, batch__in=ids, is_gold=False, review__in=may)
        found |= _counted(items)
    return found


def _counted(items: QuerySet[BatchItem]) -> dict[int, dict[str, int]]:
    rows = (
        items.order_by()
        .values("batch_id")
        .annotate(
            reviews=Count("pk"),
            wanted=Sum("wanted_answers"),
            # Sum gives its name to what it adds up, so the field needs another one first.
            ended_of_wanted=Sum(Least("ended", "wanted_answers", output_field=IntegerField())),
            complete=Count("pk", filter=Q(ended__gte=F("wanted_answers"))),
        )
    )
    return {
        row["batch_id"]: {
            "reviews": row["reviews"],
            "wanted": row["wanted"],
            "ended": row["ended_of_wanted"],
            "complete": row["complete"],
        }
        for row in rows
    }


def progress_seen(person: User, batches: Iterable[Batch]) -> dict[int, dict[str, int]]:
    """As `progress` for the stores of `person`, with answers to hidden gold among the others.

    As many are added to what is wanted as the rate lets expect: if the bar stood still after an
    answer, it would tell which review was gold.
    """
    batches = list(batches)
    found = progress(batches, stores_for(person))
    hiding = [one for one in batches if one.gold_rate and found[one.pk]["wanted"]]
    if not hiding:
        return found
    given = _gold_ended(hiding)
    for batch in hiding:
        counts = found[batch.pk]
        is_done = counts["ended"] >= counts["wanted"]
        expected = round(counts["wanted"] * batch.gold_rate / (1 - batch.gold_rate))
        counts["ended"] += given.get(batch.pk, 0)
        counts["wanted"] = max(counts["ended"], 0 if is_done else counts["wanted"] + expected)
    return found


def _gold_ended(batches: Iterable[Batch]) -> dict[int, int]:
    rows = Assignment.objects.filter(
        item__batch__in=[one.pk for one in batches], item__is_gold=True, ended_at__isnull=False
    )
    counted = rows.order_by().values_list("item__batch").annotate(n=Count("pk"))
    return dict(counted)
