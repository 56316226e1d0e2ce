# ruff: noqa: S608 - only numbers of our own go into these texts; values are bound
"""What models have answered, carried over when the choices of a question change.

The answers to the version before stay. Those to the new one are made from them in one statement:
probabilities of merged choices are added up, as `translating` does for answers to come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Exists, Max, OuterRef, QuerySet

from annotation.label_set_followers import Follower, Progress, register
from annotation.label_set_plan import Plan
from annotation.models import LabelSetChange, Question
from annotation.selectors.label_set_preview import label_index
from annotation.selectors.label_sets import changes_in_force, in_order
from annotation.services.label_set_lock import sets_change
from modelops.models import AnalysisWork, ModelVersion, Prediction, Snapshot
from modelops.selectors.models import champion
from modelops.selectors.questions import choices_lost

State = ModelVersion.State
_AT_ONCE = 20_000  # rows


class CarriedOtherwise(Exception):
    """What was stored is not what was foreseen; nothing of the change is kept."""


@dataclass(frozen=True, slots=True)
class _Way:
    """`old`: ids of the choices before, in order; `to`: for each the place (from 1) of the new
    one, 0 where it leads nowhere; `size`: how many new ones there are."""

    old: Sequence[int]
    to: Sequence[int]
    size: int

    @property
    def carries(self) -> bool:
        return all(self.to)

    def sql(self, where: str = "") -> str:
        """`revision_id, model_id, choice_id, shares, place`: of one model and question (bound).

        `where` narrows `p`, the answers before.
        """
        shares = ", ".join(
            " + ".join(
                f"coalesce(p.probabilities[{at}], 0)"
                for at, to in enumerate(self.to, start=1)
                if to == place
            )
            or "0"
            for place in range(1, self.size + 1)
        )
        whens = " ".join(f"when {old} then {to}" for old, to in zip(self.old, self.to, strict=True))
        place = "x.mine"
        if len(set(self.to)) < len(self.to):
            top = "greatest(" + ", ".join(f"x.shares[{at + 1}]" for at in range(self.size)) + ")"
            place = (
                f"case when x.shares[x.mine] >= {top} then x.mine "
                f"else array_position(x.shares, {top}) end"
            )
        return f"""select x.revision_id, x.model_id, x.choice_id, x.shares, {place} as place from (
            select p.revision_id, p.model_id, p.choice_id,
                array[{shares}]::double precision[] as shares,
                case p.choice_id {whens} end as mine
            from modelops_prediction p where p.model_id = %s and p.question_id = %s {where}
        ) x"""


def _way_of_plan(question: Question, plan: Plan) -> _Way:
    places = {one.key: at for at, one in enumerate(plan.choices, start=1)}
    old = in_order(question)
    to = [places.get(plan.target(one.key, "models") or "", 0) for one in old]
    return _Way([one.pk for one in old], to, len(places))


def _way_of_change(change: LabelSetChange) -> _Way:
    places = {one.pk: at for at, one in enumerate(in_order(change.after), start=1)}
    rows = change.mappings.filter(carries_models=True, before__isnull=False)
    found = {row.before_id: places[row.after_id] for row in rows if row.after_id}
    old = [one.pk for one in in_order(change.before)]
    return _Way(old, [found.get(pk, 0) for pk in old], len(places))


def predictions_carry(
    model: ModelVersion, change: LabelSetChange, prepared_up_to: int | None = None
) -> int:
    """Answers of `model` to the version before as answers to the new one; those that are there
    stay. Nothing is carried where any choice leads nowhere: a part would be no sample of all.
    `prepared_up_to`: answers up to this id are there. Returns how many rows are new.
    """
    way = _way_of_change(change)
    if not way.carries or change.before.key not in model.questions:
        return 0
    where = "" if prepared_up_to is None else f"and p.id > {int(prepared_up_to)}"
    return _copy(model, change.before, change.after, way, where)


def _copy(
    model: ModelVersion, before: Question, after: Question, way: _Way, where: str = ""
) -> int:
    ids = [one.pk for one in in_order(after)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""insert into modelops_prediction
                (revision_id, question_id, model_id, choice_id, probabilities)
            select y.revision_id, %s, y.model_id, (%s::bigint[])[y.place], y.shares
            from ({way.sql(where)}) y on conflict do nothing""",
            [after.pk, ids, model.pk, before.pk],
        )
        return int(cursor.rowcount)


def prepare(before: Question, after: Question, plan: Plan, said: Progress) -> dict[int, int]:
    """Copy what the models whose answers are looked at have said, some thousand rows at a time.

    Returns for each model up to which id its answers are copied.
    """
    way = _way_of_plan(before, plan)
    models = [one for one in _living(before.key) if _follows(one)] if way.carries else []
    newest = _newest() if models else 0
    rows = Prediction.objects.filter(question=before, model__in=models)
    of, ready = rows.count() if models else 0, 0
    for model in models:
        for low, high in _pieces(rows.filter(model=model)):
            where = f"and p.revision_id > {int(low)} and p.revision_id <= {int(high)}"
            ready += _copy(model, before, after, way, where)
            said(ready, of)
    return {model.pk: newest for model in models}


@transaction.atomic
def _newest() -> int:
    """The newest answer of any model while none is being written: what is written from now on has
    a higher id, and all others can be read."""
    sets_change()
    return Prediction.objects.aggregate(n=Max("pk"))["n"] or 0


def _pieces(rows: QuerySet[Prediction]) -> Iterator[tuple[int, int]]:
    """Ranges of revisions with at most _AT_ONCE rows each."""
    last = 0
    while True:
        some = rows.filter(revision__gt=last).order_by("revision").values("revision_id")[:_AT_ONCE]
        high = some.aggregate(n=Max("revision_id"))["n"]
        if high is None:
            return
        yield last, high
        last = high


def drop(after: Question) -> None:
    """Take away what was prepared, some thousand rows at a time."""
    rows = Prediction.objects.filter(question=after)
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE]):
        Prediction.objects.filter(pk__in=ids).delete()


def predictions_catch_up(model: ModelVersion) -> int:
    """All that `model` answered in older versions of its questions, in those of now."""
    return sum(
        predictions_carry(model, change)
        for key in model.questions
        for change in changes_in_force(key)
    )


def _living(question_key: str) -> list[ModelVersion]:
    found = ModelVersion.objects.exclude(state=State.RETIRED).order_by("pk")
    return list(found.filter(questions__contains=[question_key]))


def _follows(model: ModelVersion) -> bool:
    """Those whose answers are looked at; the others catch up when they are promoted."""
    return model.state in {State.CHAMPION, State.SHADOW}


def foresee(question: Question, plan: Plan) -> dict[str, Any]:
    way = _way_of_plan(question, plan)
    keys = [one.key for one in plan.choices]
    listed = []
    for model in _living(question.key):
        moves = _moves(model, question, way, keys) if way.carries and _follows(model) else None
        listed.append(_model(model, question, moves, plan))
    reached = {keys[to - 1] for to in way.to if to}
    return _told(listed, question, [key for key in keys if key not in reached])


def _moves(
    model: ModelVersion, question: Question, way: _Way, keys: Sequence[str]
) -> list[tuple[int, str, int]]:
    """(choice before, key after, answers) by the statement that carries them over."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select y.choice_id, y.place, count(*) from ({way.sql()}) y group by 1, 2",
            [model.pk, question.pk],
        )
        return [(old, keys[place - 1], n) for old, place, n in cursor.fetchall()]


def follow(change: LabelSetChange, ready: Mapping[int, int] | None) -> dict[str, Any]:
    """What was not made ready before. Raises CarriedOtherwise: then nothing is changed."""
    told = dict(change.counts["models"])
    for model in _living(change.before.key):
        if _follows(model):
            predictions_carry(model, change, (ready or {}).get(model.pk))
    stored = dict(
        Prediction.objects.filter(question=change.after)
        .order_by()
        .values_list("model")
        .annotate(n=Count("pk"))
    )
    foreseen = {one["id"]: one["carried"] for one in told["versions"] if one["carried"]}
    if stored != foreseen:
        raise CarriedOtherwise("the answers of models were not carried over as foreseen")
    return told


def _model(
    model: ModelVersion,
    before: Question,
    moves: Sequence[tuple[int, str, int]] | None,
    plan: Plan,
) -> dict[str, Any]:
    """`moves`: None where nothing is carried over now."""
    old = {one.pk: one for one in in_order(before)}
    counted: Counter[str] = Counter()
    after: Counter[str] = Counter()
    for pk, key, n in moves or []:
        counted[old[pk].key] += n
        after[key] += n
    if moves is None:
        counted.update(_answered(model, before))
    polarities = {one.key: one.polarity for one in old.values()}
    return {
        "model": model.label,
        "id": model.pk,
        "state": model.state,
        "answers": counted.total(),
        "carried": after.total(),
        "carries": _way_of_plan(before, plan).carries,
        "follows": _follows(model),
        "moves": sorted([old[pk].key, key, n] for pk, key, n in moves or []),
        "index": {
            "before": label_index(polarities, counted),
            "after": label_index({one.key: one.polarity for one in plan.choices}, after),
        },
    }


def _answered(model: ModelVersion, question: Question) -> dict[str, int]:
    rows = Prediction.objects.filter(model=model, question=question).order_by()
    return dict(rows.values_list("choice__key").annotate(n=Count("pk")))


def _told(listed: list[dict[str, Any]], question: Question, never: list[str]) -> dict[str, Any]:
    snapshots = Snapshot.objects.filter(questions__contains=[question.key]).order_by("pk")
    return {
        "answers": sum(one["answers"] for one in listed if one["follows"]),
        "carried": sum(one["carried"] for one in listed),
        "versions": listed,
        # Answers that no model gives before one is trained on the new set.
        "never": never,
        "snapshots": [
            {"id": one.pk, "name": one.name, "hash": one.content_hash} for one in snapshots
        ],
    }


def undo(change: LabelSetChange) -> None:
    """The champion answers again what it has answered since in the set that was taken back."""
    model = champion()
    if model is None or change.before.key not in model.questions:
        return
    answered = Prediction.objects.filter(
        model=model, revision=OuterRef("revision"), question=change.before
    )
    AnalysisWork.objects.filter(
        ~Exists(answered), model=model, state=AnalysisWork.State.DONE, error=""
    ).update(state=AnalysisWork.State.TODO, attempts=0, done_at=None)


def amiss(question: Question) -> dict[str, list[str]]:
    """The champion, where it was trained on choices that lead nowhere any more."""
    model = champion()
    lost = choices_lost(model).get(question.key) if model is not None else None
    return {model.label: lost} if model is not None and lost else {}


def connect() -> None:
    register(Follower("models", 10, foresee, follow, undo, prepare, drop, amiss))
