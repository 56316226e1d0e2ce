from __future__ import annotations

import io
import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from common.commands import CommandFailure
from tests.analytics import factories as make

pytestmark = pytest.mark.django_db


def _report(*arguments: str) -> str:
    out = io.StringIO()
    call_command("report", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def answered(cast: SimpleNamespace) -> SimpleNamespace:
    model = make.model_version()
    kettles = make.product(cast.lanting, "k1", category=make.category("水壶"))
    for number in range(12):
        make.answered(
            model,
            cast.lanting,
            f"2026-03-{number + 1:02d}",
            sentiment="positive" if number else "negative",
            product=kettles,
        )
    make.answered(model, cast.northway, "2026-03-01", sentiment="negative")
    return cast


def test_json_keeps_the_contract_and_adds_up_first(answered: SimpleNamespace) -> None:
    found: dict[str, Any] = json.loads(_report("sentiment", "--by", "store", "--json"))
    assert set(found) == {"index", "rows"}
    assert found["index"] == "sentiment"
    lanting, northway = found["rows"]
    assert {"key", "value", "low", "high", "n", "labels", "model", "method", "state"} <= set(
        lanting
    )
    assert (lanting["key"], lanting["n"], lanting["state"]) == ("lanting", 12, "uncorrected")
    assert lanting["value"] == pytest.approx(10 / 12, abs=1e-6)
    assert (northway["n"], northway["value"], northway["state"]) == (1, None, "too_few")


def test_days_and_stores_narrow_it(answered: SimpleNamespace) -> None:
    arguments = ("--from", "2026-03-01", "--to", "2026-03-03", "--store", "lanting", "--json")
    found = json.loads(_report("sentiment", "--by", "day", *arguments))
    assert [row["key"] for row in found["rows"]] == ["2026-03-01", "2026-03-02", "2026-03-03"]


def test_the_table_lines_up_with_chinese_names(answered: SimpleNamespace) -> None:
    lines = _report("sentiment", "--by", "category").splitlines()
    assert lines[0].split() == ["value", "low", "high", "n", "labels", "state"]
    assert lines[1].startswith("水壶")
    assert "+0.83" in lines[1]
    # A Chinese character takes two columns of a terminal and one place in a string.
    ends = [line.index("state") if "state" in line else None for line in lines[:1]]
    assert ends[0] == lines[1].index("uncorrected") + 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("mood",), "no index “mood”"),
        (("sentiment", "--by", "planet"), "grouped by “planet”"),
        (("sentiment", "--store", "acme"), "no store 'acme'; there are: lanting, northway"),
        (("sentiment", "--from", "March"), "--from: 'March' is not a day"),
        (("sentiment", "--from", "2026-03-02", "--to", "2026-03-01"), "ends"),
    ],
)
def test_a_wrong_word_is_named(cast: SimpleNamespace, arguments: Any, words: str) -> None:
    with pytest.raises(CommandFailure, match=words):
        _report(*arguments)


def test_nothing_stored_is_no_data(cast: SimpleNamespace) -> None:
    found = json.loads(_report("sentiment", "--json"))
    assert [(row["key"], row["value"], row["state"]) for row in found["rows"]] == [
        ("all", None, "no_data")
    ]
