"""What a change of a label set would do, counted on what is stored now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Store
from annotation.label_set_followers import followers
from annotation.label_set_plan import BadChange, Choice, Plan, plan
from annotation.models import (
    Annotation,
    Assignment,
    Batch,
    LabelSetChange,
    Question,
    SamplingDesign,
)
from annotation.selectors.label_sets import keys_ever, plan_choices
from annotation.selectors.progress import progress
from taxonomy.index import index


def question_active(key: str) -> Question:
    """Raises BadChange for a question that is not asked."""
    found = Question.objects.filter(key=key, active=True).first()
    if found is None:
        known = ", ".join(Question.objects.filter(active=True).values_list("key", flat=True))
        raise BadChange(
            "question",
            _("There is no question “%(key)s”; there are %(known)s.")
            % {"key": key, "known": known},
        )
    return found


def planned(question: Question, changes: Sequence[Mapping[str, Any]]) -> Plan:
    """Raises BadChange."""
    return plan(question.key, plan_choices(question), changes, keys_ever(question.key))


def preview(question: Question, changes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """All that `changes` would do to `question`, JSON-ready. Raises BadChange.

    `choices`: by old choice its answers, by source, and what they become; `relabel` counts those
    that a person has to give anew. `totals`, `batches` still open, `index` of the labels before
    and after, and a part of each follower (`models`). `fingerprint` is that of
    the rules, a full stop, and that of all the counts.
    """
    made = planned(question, changes)
    counted = _answers(question)
    choices = [_choice(one, made, counted.get(one.key, {})) for one in plan_choices(question)]
    found = {
        "question": question.key,
        "version": question.version,
        "becomes": next_version(question.key),
        "after": [
            {
                "key": one.key,
                "name_en": one.name_en,
                "name_zh": one.name_zh,
                "polarity": one.polarity,
                "answers": sum(
                    part["answers"]
                    for old in choices
                    for part in old["becomes"]
                    if part["key"] == one.key
                ),
            }
            for one in made.choices
        ],
        "choices": choices,
        "totals": _totals(choices),
        "index": {
            "before": label_index(
                {one.key: one.polarity for one in plan_choices(question)},
                {one["key"]: one["answers"] for one in choices},
            ),
            "after": _index_after(made, choices),
        },
        **{one.name: one.foresee(question, made) for one in followers()},
    }
    found["fingerprint"] = _fingerprint(found, made, changes)
    return found | {"batches": batches_touched(question.key)}


def next_version(question_key: str) -> int:
    """One more than any the question ever had."""
    newest = (
        Question.objects.filter(key=question_key, is_prepared=False).order_by("-version").first()
    )
    return 1 if newest is None else newest.version + 1


def _answers(question: Question) -> dict[str, dict[str, Any]]:
    """By choice: answers, reviews and people behind them, answers by source and of the audit."""
    mine = Annotation.objects.filter(question=question).order_by()
    audited = Q(item__batch__design=SamplingDesign.AUDIT)
    rows = mine.values("choice__key").annotate(
        answers=Count("pk"),
        reviews=Count("revision__review", distinct=True),
        people=Count("annotator", distinct=True),
        audit=Count("pk", filter=audited),
    )
    found: dict[str, dict[str, Any]] = {
        row["choice__key"]: {
            **{name: row[name] for name in ("answers", "reviews", "people", "audit")},
            "sources": {},
        }
        for row in rows
    }
    for row in mine.values("choice__key", "source").annotate(n=Count("pk")):
        found[row["choice__key"]]["sources"][row["source"]] = row["n"]
    return found


def _choice(choice: Choice, made: Plan, counted: Mapping[str, Any]) -> dict[str, Any]:
    answers = int(counted.get("answers", 0))
    target = made.target(choice.key, "people")
    routes = [route for route in made.routes if route.before == choice.key]
    return {
        "key": choice.key,
        "name_en": choice.name_en,
        "name_zh": choice.name_zh,
        "polarity": choice.polarity,
        "kind": routes[0].kind,
        "answers": answers,
        "reviews": int(counted.get("reviews", 0)),
        "people": int(counted.get("people", 0)),
        "audit": int(counted.get("audit", 0)),
        "sources": dict(sorted(counted.get("sources", {}).items())),
        "becomes": [
            {"key": route.after, "answers": answers if route.after == target else 0}
            for route in routes
            if route.after
        ],
        "relabel": 0 if target else answers,
    }


def _totals(choices: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    listed = list(choices)
    answers = sum(one["answers"] for one in listed)
    relabel = sum(one["relabel"] for one in listed)
    return {"answers": answers, "carried": answers - relabel, "relabel": relabel}


def _index_after(made: Plan, choices: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    counts: dict[str, int] = {}
    for old in choices:
        for part in old["becomes"]:
            counts[part["key"]] = counts.get(part["key"], 0) + part["answers"]
    return label_index({one.key: one.polarity for one in made.choices}, counts)


def label_index(polarities: Mapping[str, int], counts: Mapping[str, int]) -> dict[str, Any]:
    """The index over answers of people, not over reviews: how the change moves it, no figure."""
    by_sign = {1: 0, 0: 0, -1: 0}
    for key, n in counts.items():
        by_sign[polarities[key]] += n
    return {"n": sum(by_sign.values()), "value": index(by_sign[1], by_sign[-1], by_sign[0])}


def batches_touched(question_key: str) -> list[dict[str, Any]]:
    """Batches that ask the question and are not closed, with the reviews in people's hands."""
    found = [
        batch
        for batch in Batch.objects.exclude(state=Batch.State.CLOSED).order_by("pk")
        if not batch.questions or question_key in batch.questions
    ]
    counts = progress(found, Store.objects.all())
    held = dict(
        Assignment.objects.filter(
            item__batch__in=found, state=Assignment.State.TAKEN, taken_until__gt=timezone.now()
        )
        .order_by()
        .values_list("item__batch")
        .annotate(n=Count("pk"))
    )
    return [
        {
            "id": batch.pk,
            "name": batch.name,
            "design": batch.design,
            "state": batch.state,
            "left": counts[batch.pk]["wanted"] - counts[batch.pk]["ended"],
            "in_hand": held.get(batch.pk, 0),
        }
        for batch in found
        if counts[batch.pk]["wanted"]
    ]


def _fingerprint(found: Mapping[str, Any], made: Plan, changes: Sequence[Mapping[str, Any]]) -> str:
    """Two parts: that of the rules, by which answers go, and that of all the numbers."""
    models = [
        (one["id"], one["carries"], one["follows"])
        for one in found.get("models", {}).get("versions", [])
    ]
    rules = [found["question"], found["version"], [asdict(one) for one in made.routes], models]
    return f"{_hash([rules, list(changes)])}.{_hash([found, list(changes)])}"


def _hash(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def set_counts(question: Question) -> dict[str, dict[str, Any]]:
    """Answers by choice of the set as it is, for a look at it."""
    return _answers(question)


def waiting_for_people(change: LabelSetChange) -> int:
    """Answers that stayed with the set before, and that nobody has given anew yet."""
    return Annotation.objects.filter(question=change.before, question__active=False).count()
