"""Figures of how well the engine does: what counts as found, as left over, and how sure it is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from common.commands import CommandFailure
from privacy.redaction.labelled import read
from privacy.redaction.measure import measure
from privacy.redaction.rates import rate
from privacy.redaction.spans import Span

MARKED = "打⟦PHONE:13912345678⟧找⟦PERSON:王芳⟧"


def found(*spans: tuple[int, int, str]) -> list[list[Span]]:
    return [[Span(start, end, kind, 0.9, "rule") for start, end, kind in spans]]


def figures(line: str, *spans: tuple[int, int, str]) -> dict[str, object]:
    def find(texts: Sequence[str]) -> list[list[Span]]:
        return found(*spans)

    result: dict[str, object] = measure(list(read([line])), find)
    return result


def test_marks_are_read_with_their_places() -> None:
    (row,) = read([MARKED + "\\n好"])
    assert row.text == "打13912345678找王芳\n好"
    assert row.marks == ((1, 12, "PHONE"), (13, 15, "PERSON"))
    assert (row.lang, row.negative) == ("zh", False)


def test_a_finding_of_another_type_is_no_recall_but_no_leak_either() -> None:
    result = figures(MARKED, (1, 12, "QQ"), (13, 15, "PERSON"))
    kinds = result["types"]
    assert kinds["PHONE"]["zh"]["recall"]["value"] == 0  # type: ignore[index]
    assert kinds["QQ"]["zh"]["precision"]["value"] == 0  # type: ignore[index]
    assert kinds["PERSON"]["zh"]["recall"]["value"] == 1  # type: ignore[index]
    assert result["leak"]["zh"]["value"] == 0  # type: ignore[index]


def test_one_digit_left_over_is_a_leak() -> None:
    assert figures(MARKED, (1, 11, "PHONE"), (13, 15, "PERSON"))["leak"]["zh"]["value"] == 1  # type: ignore[index]


def test_what_is_redacted_beyond_the_marks_is_counted_in_characters() -> None:
    result = figures(MARKED, (0, 12, "PHONE"), (13, 15, "PERSON"))
    assert result["beyond"]["zh"]["value"] == 0.5  # type: ignore[index]


def test_a_touched_negative_counts_once() -> None:
    result = figures("李宁这双鞋不错", (0, 2, "PERSON"))
    assert result["hard_negatives_touched"]["zh"]["value"] == 1  # type: ignore[index]


def test_texts_of_one_template_are_one_observation() -> None:
    same = rate([("a", 1, 1)] * 50 + [("b", 0, 1)] * 50)
    apart = rate((i, i % 2, 1) for i in range(100))
    assert same.value == apart.value == 0.5
    assert same.low is not None
    assert apart.low is not None
    assert same.low < 0.15 < 0.39 < apart.low
    sure = rate([("a", 10, 10), ("b", 10, 10)])
    assert sure.low is not None
    assert sure.low < 0.4


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"text": "a"}', "line 1: wanted"),
        ("{broken", "line 1: not a JSON object"),
        ('{"text": "a", "spans": [{"start": 0, "end": 9, "type": "PHONE"}]}', "outside its text"),
        ("打⟦PHONES:1⟧", "no type 'PHONES'"),
    ],
)
def test_the_command_names_the_line_that_is_wrong(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "marked.jsonl"
    path.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(CommandFailure, match=message):
        call_command("redact", measure=str(path), no_names=True)


def test_the_command_prints_figures(tmp_path: Path) -> None:
    path = tmp_path / "marked.txt"
    path.write_text("打⟦PHONE:13912345678⟧\n李宁这双鞋不错\n", encoding="utf-8")
    out = StringIO()
    call_command("redact", measure=str(path), no_names=True, json=True, stdout=out)
    printed = json.loads(out.getvalue())
    assert printed["types"]["PHONE"]["zh"]["recall"]["value"] == 1
    assert printed["texts"] == 2
