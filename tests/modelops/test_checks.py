from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest

from annotation.models import Annotation, Batch, BatchItem, Choice
from common.home import CHECKOUT
from modelops import tasks
from modelops.labelled import LabelledRow
from modelops.models import TestUse as Looks
from modelops.selectors import learned_revisions
from tests.modelops.ml import tiny

from .conftest import Register, Store


@pytest.mark.django_db
def test_the_weekly_check_tells_test_and_audit_apart(
    cast: SimpleNamespace, register: Register, store_reviews: Store
) -> None:
    rows = [
        LabelledRow(e.text, e.lang, {"sentiment": str(e.answers["sentiment"])}, split="test")
        for e in tiny.reviews(30, 41)
    ]
    model = register(state="champion", rows=rows)
    examples = tiny.reviews(12, 42)
    audit = Batch.objects.create(name="audit", design="audit")
    for revision, example in zip(store_reviews([e.text for e in examples]), examples, strict=True):
        item = BatchItem.objects.create(batch=audit, review=revision.review)
        for person, key in ((cast.ann, example.answers["sentiment"]), (cast.mia, "neutral")):
            choice = Choice.objects.get(question__key="sentiment", key=key)
            Annotation.objects.create(
                revision=revision,
                question=choice.question,
                choice=choice,
                annotator=person,
                item=item,
                source="page",
            )
    tasks.evaluate_champion()
    tasks.evaluate_champion()
    model.refresh_from_db()
    first, second = model.metrics["checks"]
    assert first["test"]["sentiment"]["n"] == 30
    agreed = sum(example.answers["sentiment"] == "neutral" for example in examples)
    assert first["audit"]["sentiment"]["n"] == agreed, "where the two disagree there is no answer"
    assert first["test"] == second["test"]
    assert Looks.objects.filter(model=model).count() == 2


@pytest.mark.django_db
def test_what_a_model_learned_from_is_known_by_revision(
    register: Register, store_reviews: Store
) -> None:
    seen, chose, held = store_reviews(["很好", "太差", "一般"])
    rows = [
        LabelledRow(r.text, "zh", {"sentiment": "neutral"}, split=split, revision_id=r.pk)
        for r, split in ((seen, "train"), (chose, "dev"), (held, "test"))
    ]
    model = register(rows=rows)
    assert set(learned_revisions(model)) == {seen.pk, chose.pk}


def test_what_the_web_process_uses_of_this_app_loads_no_model_library() -> None:
    code = (
        "import os, sys, django\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings.test'\n"
        "django.setup()\n"
        "import modelops.selectors, modelops.tasks, modelops.jobs\n"
        "from modelops.services import checks, evaluation, ledger, promotion, snapshots, training\n"
        "heavy = ('torch', 'transformers', 'onnxruntime', 'sklearn', 'pandas', 'tokenizers')\n"
        "found = [name for name in heavy if name in sys.modules]\n"
        "assert not found, found\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
