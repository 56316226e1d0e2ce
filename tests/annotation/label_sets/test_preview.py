"""What is foretold of a change is what happens."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from analytics.selectors.indices import index_rows
from analytics.services import rollups_refresh
from annotation.label_set_plan import BadChange
from annotation.models import Annotation, AnswerBefore, Choice, LabelSetChange, Question
from annotation.selectors.label_set_preview import preview, question_active
from annotation.services.label_set_undo import label_set_undo
from annotation.services.label_sets import label_set_change
from modelops.labelled import LabelledRow
from modelops.models import Prediction, Snapshot
from modelops.services.snapshots import snapshot_from_annotations
from privacy.models import AuditEntry
from tests.analytics import factories
from tests.annotation.label_sets.world import MERGE, RENAME, SPLIT, answers_by_choice, label

pytestmark = pytest.mark.django_db


def test_a_thousand_answers_go_where_the_preview_says(cast: SimpleNamespace) -> None:
    """1,000 answers to each question: renamed, merged and split. Snapshots stay, to the hash."""
    label(cast, 500)
    snapshot = snapshot_from_annotations(actor=None, questions=["sentiment", "purchase_intent"])
    frozen = _frozen(snapshot)
    written = Counter(
        Annotation.objects.values_list("annotator", "revision", "question__key", "choice__key")
    )
    foretold: dict[str, dict[str, Any]] = {}
    for question, change in (
        ("sentiment", [RENAME, SPLIT]),
        ("purchase_intent", [MERGE]),
    ):
        foretold[question] = preview(question_active(question), change)
        assert foretold[question]["totals"]["answers"] == 1000
        made = label_set_change(actor=cast.max, question=question, changes=change)
        assert made.counts == foretold[question]
    # People's answers, choice by choice.
    assert foretold["sentiment"]["totals"] == {"answers": 1000, "carried": 800, "relabel": 200}
    for question, seen in foretold.items():
        after = answers_by_choice(question, 2)
        assert {one["key"]: one["answers"] for one in seen["after"]} == {
            one["key"]: after[one["key"]] for one in seen["after"]
        }
        assert sum(after.values()) == seen["totals"]["carried"]
    assert answers_by_choice("sentiment", 1) == {"negative": 200}
    assert answers_by_choice("purchase_intent", 2)["not_yet"] == 500
    # What models said: carried where every answer leads somewhere, else not at all.
    told = foretold["purchase_intent"]["models"]["versions"][0]
    stored = Counter(
        Prediction.objects.filter(question__key="purchase_intent", question__version=2).values_list(
            "choice__key", flat=True
        )
    )
    moved: Counter[str] = Counter()
    for _old, new, n in told["moves"]:
        moved[new] += n
    assert stored == moved
    assert sum(stored.values()) == 500
    assert any(old == "none" and new == "not_yet" for old, new, _n in told["moves"])
    assert not Prediction.objects.filter(question__key="sentiment", question__version=2).exists()
    # Every answer is kept as it was written, once: where it stands, or beside what it became.
    now = Counter(
        Annotation.objects.filter(question__version=1).values_list(
            "annotator", "revision", "question__key", "choice__key"
        )
    )
    kept = Counter(
        AnswerBefore.objects.values_list("annotator", "revision", "question__key", "choice__key")
    )
    assert now + kept == written
    assert _frozen(snapshot) == frozen
    assert AuditEntry.objects.filter(action="label_set.change", actor=cast.max).count() == 2
    # And all the way back.
    for change in LabelSetChange.objects.order_by("-pk"):
        label_set_undo(actor=cast.max, change=change)
    assert written == Counter(
        Annotation.objects.values_list("annotator", "revision", "question__key", "choice__key")
    )
    assert set(Question.objects.filter(active=True).values_list("version", flat=True)) == {1}


def _frozen(snapshot: Snapshot) -> list[Any]:
    rows = [
        LabelledRow(
            text=one.text, language=one.language, answers=one.answers, split=one.split,
            mentions=None if one.mentions is None else tuple(map(tuple, one.mentions)),
        ).row_hash
        for one in snapshot.items.order_by("pk")
    ]  # fmt: skip
    return [Snapshot.objects.get(pk=snapshot.pk).content_hash, rows]


def test_figures_go_on_over_a_merge(cast: SimpleNamespace) -> None:
    model = factories.model_version("small")
    for answer in ("want", "considering", "considering", "will_not"):
        factories.answered(model, cast.lanting, purchase_intent=answer)
    rollups_refresh()
    before = index_rows("purchase_intent", "all", stores=[cast.lanting])[0]
    seen = preview(question_active("purchase_intent"), [MERGE])
    label_set_change(actor=cast.max, question="purchase_intent", changes=[MERGE])
    at_once = index_rows("purchase_intent", "all", stores=[cast.lanting])[0]
    rollups_refresh()
    after = index_rows("purchase_intent", "all", stores=[cast.lanting])[0]
    assert before.counts == {"want": 1, "considering": 2, "will_not": 1, "none": 0}
    assert after.counts == at_once.counts == {"want": 1, "not_yet": 3, "none": 0}
    told = seen["models"]["versions"][0]["index"]
    assert (told["before"]["value"], told["after"]["value"]) == (0, -0.5)


def test_a_new_polarity_moves_the_index_and_nothing_else(cast: SimpleNamespace) -> None:
    label(cast, 20)
    change = [{"op": "polarity", "choice": "neutral", "polarity": -1}]
    seen = preview(question_active("sentiment"), change)
    assert seen["index"]["before"]["value"] == pytest.approx((24 - 8) / 40)
    assert seen["index"]["after"]["value"] == pytest.approx((24 - 16) / 40)
    label_set_change(actor=None, question="sentiment", changes=change)
    assert answers_by_choice("sentiment", 2) == {"positive": 24, "neutral": 8, "negative": 8}
    assert Choice.objects.get(question__version=1, key="neutral").polarity == 0


def test_numbers_that_moved_since_the_look_stop_the_change(cast: SimpleNamespace) -> None:
    label(cast, 5)
    seen = preview(question_active("sentiment"), [RENAME])
    Annotation.objects.filter(question__key="sentiment").first().delete()
    with pytest.raises(BadChange, match="numbers have changed"):
        label_set_change(
            actor=None, question="sentiment", changes=[RENAME], expect=seen["fingerprint"]
        )
    assert Question.objects.filter(key="sentiment").count() == 1
