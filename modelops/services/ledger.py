"""The work ledger: rows of what is to be analysed, written by the database itself."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from django.db.models import Max, QuerySet

from accounts.models import Store
from modelops.models import AnalysisWork, ModelVersion
from reviews.models import ANALYSED_LANGUAGES, LeftOut, Purpose, TextRevision
from reviews.selectors import reviews_for, revisions_for

_WINDOW = 50_000  # revisions looked at in one step of a sweep


def revisions_to_analyse(model: ModelVersion) -> QuerySet[TextRevision]:
    """Current revisions that count in figures and may be analysed by `model`.

    A model that runs on somebody else's computer gets only what may be sent there as well.
    """
    found = revisions_for(Purpose.ANALYSE, Store.objects.all())
    if model.remote:
        found = found.filter(review__in=reviews_for(Purpose.REMOTE_MODEL, Store.objects.all()))
    return found.filter(
        review__left_out=LeftOut.NOTHING, review__language__in=ANALYSED_LANGUAGES
    ).order_by()


def work_add(*, model: ModelVersion, revisions: QuerySet[TextRevision]) -> int:
    """Write ledger rows of `model` for `revisions` in one statement. Returns how many are new."""
    inner, parameters = revisions.values("id").query.sql_with_params()
    table = AnalysisWork._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (revision_id, model_id, state, attempts, error, created_at) "  # noqa: S608
            f"SELECT wanted.id, %s, 'todo', 0, '', now() FROM ({inner}) AS wanted "
            "ON CONFLICT (revision_id, model_id) DO NOTHING",
            [model.pk, *parameters],
        )
        return int(cursor.rowcount)


def work_add_stored(*, model: ModelVersion, revision_ids: Sequence[int]) -> int:
    """The same for revisions that were just stored; those that are not analysed are passed by."""
    if not revision_ids:
        # A changed date or star makes no new revision.
        return 0
    return work_add(model=model, revisions=revisions_to_analyse(model).filter(pk__in=revision_ids))


def work_add_missing(*, model: ModelVersion, tick: int) -> int:
    """Write rows that are missing: a review became analysable, or its news was never received.

    Looks at the newest revisions and at one more window, another one at each `tick`, so that a
    step costs the same however many reviews there are and every window comes round.
    """
    newest = TextRevision.objects.aggregate(newest=Max("pk"))["newest"]
    if newest is None:
        return 0
    windows = newest // _WINDOW + 1
    low = (tick % windows) * _WINDOW
    wanted = revisions_to_analyse(model)
    added = work_add(model=model, revisions=wanted.filter(pk__gt=newest - _WINDOW))
    if windows > 1:
        window = wanted.filter(pk__gte=low, pk__lt=low + _WINDOW)
        added += work_add(model=model, revisions=window)
    return added


def work_drop(*, model: ModelVersion) -> int:
    """Take away what `model` has not done yet: another version does it now."""
    return AnalysisWork.objects.filter(model=model, state=AnalysisWork.State.TODO).delete()[0]


def work_retry_parked(*, model: ModelVersion) -> int:
    """Give parked rows another chance, after whatever stopped them was put right."""
    return AnalysisWork.objects.filter(model=model, state=AnalysisWork.State.PARKED).update(
        state=AnalysisWork.State.TODO, attempts=0, error=""
    )
