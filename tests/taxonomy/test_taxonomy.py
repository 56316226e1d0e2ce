from __future__ import annotations

import pytest

from annotation.models import Choice
from taxonomy.index import index
from taxonomy.mentions import demand_from_mentions
from taxonomy.questions import QUESTIONS


def test_the_index_is_one_formula() -> None:
    assert index(3, 1, 4) == 0.25
    assert index(0, 2, 0) == -1


def test_an_index_over_nothing_is_no_data_and_never_zero() -> None:
    assert index(0, 0, 0) is None
    with pytest.raises(ValueError, match="negative"):
        index(-1, 2, 0)


@pytest.mark.parametrize(
    ("kinds", "answer"),
    [
        ([], "none"),
        (["praise", "issue"], "none"),
        (["issue", "improve"], "improve"),
        (["remove", "add"], "remove"),
        (["remove", "add", "add"], "add"),
        (["keep", "issue", "improve", "keep"], "keep"),
    ],
)
def test_the_demand_answer_follows_from_the_mentions(kinds: list[str], answer: str) -> None:
    assert demand_from_mentions(kinds) == answer


@pytest.mark.django_db
def test_the_database_holds_the_questions_of_the_taxonomy() -> None:
    wanted = {
        (question.key, choice.key, choice.polarity)
        for question in QUESTIONS
        for choice in question.choices
    }
    assert set(Choice.objects.values_list("question__key", "key", "polarity")) == wanted
