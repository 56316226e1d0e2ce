"""The weekly look at the champion: its own test split, and what annotators said of the audit."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Store
from annotation.models import Annotation, SamplingDesign
from annotation.quality.consensus import majority
from modelops.ml.spec import Example
from modelops.models import ModelVersion, TestUse
from modelops.selectors.snapshots import examples_of
from modelops.services.evaluation import examples_score
from privacy.services import audit_record
from reviews.models import Purpose
from reviews.selectors import reviews_for

_KEPT = 104  # checks: two years of weeks


def model_check(*, actor: Any, model: ModelVersion) -> dict[str, Any]:
    """Score `model` now and keep the result in its metrics under `checks`, newest last.

    `test`: on the test split of its snapshot (each look is counted: a split that chose often is
    no test any more). `audit`: on the labels of the audit sample, which no model has seen; a
    majority of annotators, ties left out. Each is empty when there is nothing to score on.

    Raises ArtefactCorrupt.
    """
    test = examples_of(model.run.snapshot, "test")
    audit = _audit_examples(model)
    result = {
        "at": timezone.now().isoformat(timespec="seconds"),
        "test": _scores(model, test),
        "audit": _scores(model, audit),
    }
    with transaction.atomic():
        kept = ModelVersion.objects.select_for_update().get(pk=model.pk)
        kept.metrics["checks"] = [*kept.metrics.get("checks", []), result][-_KEPT:]
        kept.save(update_fields=["metrics"])
        if test:
            TestUse.objects.create(snapshot=model.run.snapshot, model=model)
        audit_record(
            actor=actor,
            action="model.check",
            object_type="model",
            object_id=model.label,
            details={"test": len(test), "audit": len(audit)},
        )
    return result


def _scores(model: ModelVersion, examples: list[Example]) -> dict[str, Any]:
    if not examples:
        return {}
    return examples_score(model=model, questions=model.questions, examples=examples)


def _audit_examples(model: ModelVersion) -> list[Example]:
    rows = Annotation.objects.filter(
        item__batch__design=SamplingDesign.AUDIT,
        revision__is_current=True,
        revision__review__in=reviews_for(Purpose.ANALYSE, Store.objects.all()),
        question__active=True,
        question__key__in=model.questions,
    ).values_list(
        "revision_id",
        "revision__text",
        "revision__review__language",
        "question__key",
        "choice__key",
    )
    texts: dict[int, tuple[str, str]] = {}
    said: dict[int, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for pk, text, language, question, choice in rows.iterator(chunk_size=5000):
        texts[pk] = (text, language)
        said[pk][question][choice] += 1
    return [
        Example(
            str(pk), text, language, {key: majority(n.elements()) for key, n in said[pk].items()}
        )
        for pk, (text, language) in sorted(texts.items())
    ]
