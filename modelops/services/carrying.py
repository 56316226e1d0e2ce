# ruff: noqa: S608 - only numbers of our own go into these texts; values are bound
"""What models have answered, carried over when the choices of a question change.

The answers to the version before stay. Those to the new one are made from them in one statement:
probabilities of merged choices are added up, as `translating` does for answers to come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef

from annotation.label_set_followers import Follower, register
from annotation.label_set_plan import Plan
from annotation.models import LabelSetChange, Question
from annotation.selectors.label_set_preview import label_index
from annotation.selectors.label_sets import changes_in_force, in_order
from modelops.models import AnalysisWork, ModelVersion, Prediction, Snapshot
from modelops.selectors.models import champion
from modelops.selectors.questions import choices_lost

State = ModelVersion.State


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

    def sql(self) -> str:
        """`revision_id, model_id, choice_id, shares, place`: of one model and question (bound)."""
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
            top = "(select max(v) from unnest(x.shares) v)"
            place = (
                f"case when x.shares[x.mine] >= {top} then x.mine "
                f"else array_position(x.shares, {top}) end"
            )
        return f"""select x.revision_id, x.model_id, x.choice_id, x.shares, {place} as place from (
            select p.revision_id, p.model_id, p.choice_id,
                array[{shares}]::double precision[] as shares,
                case p.choice_id {whens} end as mine
            from modelops_prediction p where p.model_id = %s and p.question_id = %s
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


def predictions_carry(model: ModelVersion, change: LabelSetChange) -> int:
    """Answers of `model` to the version before as answers to the new one; those that are there
    stay. Nothing is carried where any choice leads nowhere: a part would be no sample of all.
    Returns how many rows are new.
    """
    way = _way_of_change(change)
    if not way.carries or change.before.key not in model.questions:
        return 0
    ids = [one.pk for one in in_order(change.after)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""insert into modelops_prediction
                (revision_id, question_id, model_id, choice_id, probabilities)
            select y.revision_id, %s, y.model_id, (%s::bigint[])[y.place], y.shares
            from ({way.sql()}) y on conflict do nothing""",
            [change.after_id, ids, model.pk, change.before_id],
        )
        return int(cursor.rowcount)


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
    signs = {one.key: one.polarity for one in plan.choices}
    listed = []
    for model in _living(question.key):
        moves: list[tuple[int, str, int]] = []
        if way.carries and _follows(model):
            with connection.cursor() as cursor:
                cursor.execute(
                    f"select y.choice_id, y.place, count(*) from ({way.sql()}) y group by 1, 2",
                    [model.pk, question.pk],
                )
                moves = [(old, keys[place - 1], n) for old, place, n in cursor.fetchall()]
        listed.append(_model(model, question, moves, signs, way.carries))
    return _told(listed, question, _unreachable(plan, way, keys))


def follow(change: LabelSetChange) -> dict[str, Any]:
    way = _way_of_change(change)
    new = in_order(change.after)
    signs = {one.key: one.polarity for one in new}
    listed = []
    for model in _living(change.before.key):
        if _follows(model):
            predictions_carry(model, change)
        listed.append(_model(model, change.before, _moves_made(model, change), signs, way.carries))
    reached = {new[to - 1].key for to in way.to if to}
    never = [one.key for one in new if one.key not in reached]
    return _told(listed, change.before, never)


def _moves_made(model: ModelVersion, change: LabelSetChange) -> list[tuple[int, str, int]]:
    """What the answers before have become, counted on the rows themselves."""
    with connection.cursor() as cursor:
        cursor.execute(
            """select a.choice_id, c.key, count(*) from modelops_prediction a
            join modelops_prediction b on b.revision_id = a.revision_id
                and b.model_id = a.model_id and b.question_id = %s
            join annotation_choice c on c.id = b.choice_id
            where a.model_id = %s and a.question_id = %s group by 1, 2""",
            [change.after_id, model.pk, change.before_id],
        )
        return list(cursor.fetchall())


def _unreachable(plan: Plan, way: _Way, keys: Sequence[str]) -> list[str]:
    reached = {keys[to - 1] for to in way.to if to}
    return [one.key for one in plan.choices if one.key not in reached]


def _model(
    model: ModelVersion,
    before: Question,
    moves: Sequence[tuple[int, str, int]],
    signs: dict[str, int],
    carries: bool,
) -> dict[str, Any]:
    old = {one.pk: one for one in in_order(before)}
    counted = dict(
        Prediction.objects.filter(model=model, question=before)
        .order_by()
        .values_list("choice__key")
        .annotate(n=Count("pk"))
    )
    after: dict[str, int] = {}
    for _old, key, n in moves:
        after[key] = after.get(key, 0) + n
    polarities = {one.key: one.polarity for one in old.values()}
    return {
        "model": model.label,
        "id": model.pk,
        "state": model.state,
        "answers": sum(counted.values()),
        "carried": sum(n for _old, _key, n in moves),
        "carries": carries,
        "follows": _follows(model),
        "moves": sorted([old[pk].key, key, n] for pk, key, n in moves),
        "index": {
            "before": label_index(polarities, counted),
            "after": label_index(signs, after),
        },
    }


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
    register(Follower("models", 10, foresee, follow, undo, amiss))
