"""What a learning curve is measured on, and the newest one there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from accounts.models import Store
from common.models import Job
from modelops.ml.spec import QuestionSpec
from modelops.models import LearningCurve, ModelVersion, Snapshot
from modelops.selectors.models import champion, models_all
from modelops.selectors.snapshots import not_audited
from modelops.splitting import near_identical
from reviews.models import Purpose
from reviews.selectors import reviews_for

KIND = "learning_curve"
_MANY_PRODUCTS = 10  # then whole products are judged, as in a split
_VERSIONS = 20


@dataclass(frozen=True, slots=True)
class CurveRow:
    """A labelled text of a snapshot; `group`: rows of one group are never on both sides."""

    text: str
    language: str
    answers: dict[str, str]
    is_dev: bool
    group: int


def curve_rows(snapshot: Snapshot) -> list[CurveRow]:
    """What people labelled in train and dev, in a fixed order. Never rows of the test split, of the
    audit sample, of reviews that may not be learned from any more, or of word lists."""
    mine = Q(revision__isnull=True) | Q(
        revision__review__in=reviews_for(Purpose.TRAIN, Store.objects.all())
    )
    rows = list(
        snapshot.items.filter(mine, not_audited(), split__in=("train", "dev"), weight=1)
        .order_by("row_hash", "id")
        .values_list(
            "text",
            "language",
            "answers",
            "split",
            "revision__review__product",
            "revision__review__product__variant_of",
        )
    )
    products = [variant_of or product for *_, product, variant_of in rows]
    groups = near_identical([row[0] for row in rows])
    if len({one for one in products if one}) >= _MANY_PRODUCTS:
        groups = [
            group if product is None else -product
            for group, product in zip(groups, products, strict=True)
        ]
    return [
        CurveRow(text, language, answers, split == "dev", group)
        for (text, language, answers, split, *_), group in zip(rows, groups, strict=True)
    ]


def versions_scored(spec: QuestionSpec) -> list[dict[str, Any]]:
    """Past versions that can be compared with the champion (or the newest one): of its name, kind
    and base, from people's labels, and asked for the same choices. Oldest first, JSON-ready."""
    shown = champion() or models_all().first()
    if shown is None:
        return []
    alike = models_all().filter(
        name=shown.name,
        family=shown.family,
        run__base=shown.run.base,
        run__snapshot__origin="annotations",
    )
    found = []
    for version in reversed(alike[:_VERSIONS]):
        score = version.metrics.get("dev", {}).get(spec.key, {})
        if score.get("macro_f1") is None or set(score.get("per_label", {})) != set(spec.choices):
            continue
        found.append(
            {
                "model": version.label,
                "n": _learned(version, spec.key),
                "value": score["macro_f1"],
                "judged": score["n"],
            }
        )
    return found


def _learned(version: ModelVersion, question: str) -> int:
    items = version.run.snapshot.items.filter(split="train", weight=1)
    return items.filter(answers__has_key=question).count()


def learning_curve() -> LearningCurve | None:
    """The newest one."""
    return LearningCurve.objects.select_related("snapshot").first()


def curve_job() -> Job | None:
    """The newest look whether more labels help, under way or over."""
    return Job.objects.filter(kind=KIND).order_by("-id").first()


def curve_looked_at(snapshot: Snapshot, training: Job) -> bool:
    """Whether a look at the labels of `snapshot` was asked for since `training` was, or any is
    under way: that one would stand in its way."""
    asked = Q(arguments__snapshot=snapshot.pk, created_at__gte=training.created_at)
    under_way = Q(state__in=[Job.State.QUEUED, Job.State.RUNNING])
    return Job.objects.filter(asked | under_way, kind=KIND).exists()
