"""What a change may not be."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from annotation.label_set_plan import BadChange
from annotation.models import Question
from annotation.services.label_sets import label_set_change
from tests.annotation.label_sets.world import MERGE, RENAME, SPLIT

pytestmark = pytest.mark.django_db


BAD: list[tuple[str, list[Any], str]] = [
    ("sentiment", [], "empty"),
    ("sentiment", [{"op": "melt"}], "op"),
    ("sentiment", ["add"], "op"),
    ("sentiment", [RENAME | {"colour": "red"}], "colour"),
    ("sentiment", [RENAME | {"choice": "joy"}], "joy"),
    ("sentiment", [{"op": "rename", "choice": "positive"}], "name_en"),
    ("sentiment", [{"op": "polarity", "choice": "positive", "polarity": 1}], "already"),
    ("sentiment", [{"op": "polarity", "choice": "positive", "polarity": True}], "polarity"),
    ("sentiment", [MERGE | {"choices": ["positive"]}], "two"),
    ("sentiment", [SPLIT | {"into": SPLIT["into"][:1]}], "two"),  # type: ignore[index]
    ("sentiment", [MERGE | {"choices": [{}, []]}], "two"),
    ("sentiment", [RENAME | {"choice": {}}], "no choice"),
    ("sentiment", [RENAME | {"name_en": "\ud800"}], "characters"),
    ("sentiment", [SPLIT | {"people": "positive"}], "people"),
    ("sentiment", [SPLIT, RENAME | {"choice": "negative"}], "twice"),
    ("sentiment", [{"op": "add", "key": "Über", "name_en": "a", "name_zh": "a"}], "key"),
    ("sentiment", [{"op": "add", "key": "neutral", "name_en": "a", "name_zh": "a"}], "neutral"),
    ("sentiment", [RENAME | {"name_en": "NEUTRAL"}], "same"),
    (
        "sentiment",
        [{"op": "retire", "choice": "neutral"}, {"op": "retire", "choice": "negative"}],
        "leave 1",
    ),
    ("purchase_intent", [{"op": "retire", "choice": "none"}], "none"),
    ("product_demand", [{"op": "retire", "choice": "keep"}], "follows from the kinds"),
]


@pytest.mark.parametrize(("question", "changes", "told"), BAD)
def test_what_cannot_be_is_refused_in_plain_words(
    question: str, changes: list[Any], told: str
) -> None:
    with pytest.raises(BadChange, match=told):
        label_set_change(actor=None, question=question, changes=changes)
    assert Question.objects.filter(key=question).count() == 1


def test_a_key_never_gets_another_meaning(cast: SimpleNamespace) -> None:
    label_set_change(actor=None, question="sentiment", changes=[SPLIT])
    back = {"op": "add", "key": "negative", "name_en": "bad", "name_zh": "差", "polarity": -1}
    with pytest.raises(BadChange, match="another key"):
        label_set_change(actor=None, question="sentiment", changes=[back])
