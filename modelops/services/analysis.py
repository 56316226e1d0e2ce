"""Working off the ledger: each revision is answered exactly once, whatever dies on the way.

1. `_take` marks rows as tried, in a transaction of its own, so that a death is remembered.
2. `_work` locks them, asks the model, stores the answers and closes the rows in one transaction.

Rows that were tried before are tried in ever smaller batches, so the guilty one is found. It is
parked only by somebody who saw it fail alone: an error in this process, or the death of a child.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from annotation.services.label_set_lock import sets_hold
from modelops.ml import spec
from modelops.models import AnalysisWork, ModelVersion
from modelops.services.inference import model_open, models_folder
from modelops.services.isolation import predict_apart
from modelops.services.ledger import revisions_to_analyse
from modelops.services.storing import AnswerStore
from modelops.signals import predictions_stored

if TYPE_CHECKING:
    from modelops.ml.families import Model

log = logging.getLogger("verbatim.analysis")

BATCH = 64  # revisions in one transaction
TRIES = 3
_ISOLATED = 8  # revisions given to one child

State = AnalysisWork.State
Predict = Callable[[Sequence[str]], Sequence[spec.Prediction | str]]


@dataclass(slots=True)
class Outcome:
    """What became of a batch, in revisions. All 0: nothing was free to do.

    `closed`: no longer current or no longer allowed, so nothing was asked. `failed`: to be tried
    again in a smaller batch.
    """

    done: int = 0
    closed: int = 0
    failed: int = 0
    parked: int = 0


@dataclass(frozen=True, slots=True)
class _Taken:
    ids: list[int]
    tries: int  # before this one


class _PredictFailed(Exception):
    """The model raised; `reason` is the error's type, its message could quote a text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def analyse_batch(model: ModelVersion, limit: int = BATCH) -> Outcome:
    """Answer up to `limit` waiting revisions of `model`. Safe to run from many processes.

    Raises ArtefactCorrupt or UnknownQuestion when the model itself cannot be used: then no row
    is touched.
    """
    session = model_open(model)
    AnswerStore(model, session.questions)  # before anything is taken
    taken = _take(model, limit)
    if taken is None:
        return Outcome()
    outcome = Outcome()
    predict = _apart(model) if taken.tries >= TRIES else _here(session)
    try:
        _work(model, session.questions, taken, predict, outcome)
    except _PredictFailed as failure:
        if taken.tries + 1 >= TRIES and len(taken.ids) == 1:
            _park(taken.ids[0], failure.reason)
            outcome.parked = 1
        else:
            outcome.failed = len(taken.ids)
            log.warning(
                "model %s failed on a batch of %s: %s",
                model.pk,
                len(taken.ids),
                failure.reason,
            )
    return outcome


@transaction.atomic
def _take(model: ModelVersion, limit: int) -> _Taken | None:
    """Choose rows and count the try. Fresh ones first: a bad row holds nobody up."""
    waiting = AnalysisWork.objects.filter(model=model, state=State.TODO)
    cohorts = [
        (waiting.filter(attempts=0), limit, 0),
        (waiting.filter(attempts=1), max(1, limit // 8), 1),
        (waiting.filter(attempts=2), 1, 2),
        (waiting.filter(attempts__gte=TRIES), _ISOLATED, TRIES),
    ]
    for rows, size, tries in cohorts:
        free = rows.select_for_update(skip_locked=True).order_by("id").values_list("pk", flat=True)
        ids = list(free[:size])
        if ids:
            if tries < TRIES:
                AnalysisWork.objects.filter(pk__in=ids).update(attempts=F("attempts") + 1)
            return _Taken(ids, tries)
    return None


@transaction.atomic
def _work(
    model: ModelVersion,
    trained_on: Sequence[spec.QuestionSpec],
    taken: _Taken,
    predict: Predict,
    outcome: Outcome,
) -> None:
    sets_hold()
    store = AnswerStore(model, trained_on)
    rows = dict(
        AnalysisWork.objects.filter(pk__in=taken.ids, state=State.TODO)
        .select_for_update(skip_locked=True)
        .order_by("id")
        .values_list("revision_id", "pk")
    )
    texts = {
        pk: (text, review)
        for pk, text, review in revisions_to_analyse(model)
        .filter(pk__in=rows)
        .values_list("pk", "text", "review_id")
    }
    outcome.closed = _close([work for pk, work in rows.items() if pk not in texts], "not current")
    asked = [pk for pk in rows if pk in texts]
    said = predict([texts[pk][0] for pk in asked]) if asked else []
    found: dict[int, spec.Prediction] = {}
    for pk, answer in zip(asked, said, strict=False):
        if isinstance(answer, str):
            _park(rows[pk], answer)
            outcome.parked += 1
        else:
            found[pk] = answer
    if found:
        store.write(found)
        outcome.done = _close([rows[pk] for pk in found], "")
        reviews = [texts[pk][1] for pk in found]
        predictions_stored.send(sender=ModelVersion, review_ids=reviews, model_id=model.pk)


def _here(session: Model) -> Predict:
    def predict(texts: Sequence[str]) -> Sequence[spec.Prediction | str]:
        try:
            return session.predict(texts)
        except Exception as error:  # noqa: BLE001  # whatever it is, the text is to blame
            raise _PredictFailed(type(error).__name__) from None

    return predict


def _apart(model: ModelVersion) -> Predict:
    return lambda texts: predict_apart(model.family, models_folder() / model.artefact, texts)


def _close(ids: list[int], why: str) -> int:
    return AnalysisWork.objects.filter(pk__in=ids).update(
        state=State.DONE, done_at=timezone.now(), error=why
    )


def _park(work_id: int, reason: str) -> None:
    AnalysisWork.objects.filter(pk=work_id, state=State.TODO).update(
        state=State.PARKED, done_at=timezone.now(), error=reason[:200]
    )
    log.error("analysis work %s is parked: %s", work_id, reason)


def analyse_until(
    model: ModelVersion, go_on: Callable[[Mapping[str, int]], bool], limit: int = BATCH
) -> dict[str, int]:
    """Batch after batch until nothing is left or `go_on(totals)` says stop. Returns the totals."""
    totals = {"done": 0, "closed": 0, "parked": 0}
    while True:
        outcome = analyse_batch(model, limit)
        totals["done"] += outcome.done
        totals["closed"] += outcome.closed
        totals["parked"] += outcome.parked
        moved = outcome.done or outcome.closed or outcome.parked or outcome.failed
        if not moved or not go_on(totals):
            return totals
