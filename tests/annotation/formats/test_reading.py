"""Files as other tools write them: what is read, and what is told of each line."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from annotation.formats.base import Reading
from annotation.formats.joining import joined
from annotation.formats.labels import AskedChoice, AskedQuestion, BadMeaning, Labels, meanings_of
from annotation.formats.record import Mark, Record, Trouble, UnreadableLabels
from annotation.formats.registry import FORMATS
from annotation.formats.spans import from_utf16, span_of
from annotation.label_studio.results import read as said_by_server
from taxonomy.questions import QUESTIONS

ASKED = [
    AskedQuestion(
        one.key,
        one.version,
        tuple(AskedChoice(choice.key, (choice.name_en, choice.name_zh)) for choice in one.choices),
    )
    for one in QUESTIONS
]
WISH = "please add a headphone jack"


def read(
    folder: Path, key: str, content: Any, *meanings: str, utf16: bool = False
) -> tuple[list[Record], list[tuple[int, str]]]:
    path = folder / "file"
    if isinstance(content, list):
        content = "\n".join(json.dumps(one, ensure_ascii=False) for one in content)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    labels = Labels(ASKED, meanings_of(meanings, ASKED))
    found = list(FORMATS[key].read(path, Reading(labels, utf16)))
    records = [one for one in found if isinstance(one, Record)]
    return records, [(one.line, one.reason) for one in found if isinstance(one, Trouble)]


def test_prodigy_rows_say_accepted_ignored_or_rejected(tmp_path: Path) -> None:
    options = [{"id": key, "text": key} for key in ("positive", "negative", "neutral")]
    rows: list[dict[str, Any]] = [
        {"text": "屏幕很好", "options": options, "accept": ["positive"], "answer": "accept",
         "_timestamp": 1707211049, "_annotator_id": "voc-alice", "_task_hash": -3},
        {"text": "Great", "label": "WANT_TO_BUY", "answer": "reject", "_annotator_id": "voc-bob"},
        {"text": "Broken", "options": options, "accept": [], "answer": "ignore"},
        {"text": WISH, "answer": "accept", "_view_id": "spans_manual", "tokens": [],
         "spans": [{"start": 7, "end": 27, "token_start": 1, "token_end": 4, "label": "DEMAND"}]},
        {"text": "Great", "label": "WANT_TO_BUY", "answer": "accept"},
        {"text": "Hm", "options": [{"id": "none"}], "accept": ["none"], "answer": "accept"},
    ]  # fmt: skip
    records, troubles = read(
        tmp_path, "prodigy", rows, "DEMAND=add", "want_to_buy=purchase_intent:want"
    )
    assert [one.answers for one in records] == [
        {"sentiment": "positive"}, {}, {}, {"purchase_intent": "want"},
    ]  # fmt: skip
    assert records[0].person.called == "voc-alice"
    assert records[0].at is not None
    assert records[0].at.timestamp() == 1707211049
    assert records[1].skip == "other"
    assert records[2].marks == (Mark(7, 27, "add"),)
    assert troubles == [(2, "rejected"), (6, "ambiguous_label")]


def test_a_prodigy_row_that_somebody_answered_anew_is_theirs_alone(tmp_path: Path) -> None:
    row = {
        "text": WISH, "spans": [{"start": 7, "end": 27, "label": "improve"}], "answer": "accept",
        "_annotator_id": "bob", "_timestamp": 99,
        "verbatim": {"review_id": 5, "annotator": {"id": "a-1"}, "comment": "hers", "seconds": 9,
                     "written": ["a-1", 98], "flags": ["irony"]},
    }  # fmt: skip
    [record], _ = read(tmp_path, "prodigy", [row])
    assert (record.person.called, record.comment, record.flags, record.seconds) == (
        "bob", "", (), None,
    )  # fmt: skip
    assert record.found.review == 5
    row["_annotator_id"], row["_timestamp"] = "a-1", 98
    [record], _ = read(tmp_path, "prodigy", [row])
    assert (record.person.id, record.comment, record.flags) == ("a-1", "hers", ("irony",))


def test_doccano_has_four_kinds_of_row(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"id": 1, "text": "Bad.", "label": ["negative"], "Comments": ["sure"], "verbatim_id": "9"},
        {"id": 2, "text": WISH, "label": [[7, 27, "add"]]},
        {"id": 3, "text": WISH, "cats": ["add_feature"], "entities": [[7, 27, "issue/delivery"]]},
        {"id": 4, "text": WISH,
         "entities": [{"id": 0, "start_offset": 7, "end_offset": 27, "label": "add"}],
         "relations": [{"id": 0, "from_id": 0, "to_id": 1, "type": "about"}]},
        {"id": 5, "text": WISH, "label": [[7, 99, "add"]]},
    ]  # fmt: skip
    records, troubles = read(tmp_path, "doccano", rows, "add_feature=product_demand:add")
    assert [(dict(one.answers), one.marks) for one in records] == [
        ({"sentiment": "negative"}, None),
        ({}, (Mark(7, 27, "add"),)),
        ({"product_demand": "add"}, (Mark(7, 27, "issue", "delivery"),)),
        ({}, (Mark(7, 27, "add"),)),
    ]
    assert (records[0].comment, records[0].found.review) == ("sure", 9)
    assert troubles == [(4, "relation"), (5, "bad_span")]
    # The tool's own example of relations is one object over several lines.
    records, _ = read(tmp_path, "doccano", json.dumps(rows[3], indent=2))
    assert records[0].marks == (Mark(7, 27, "add"),)


def test_a_zip_of_doccano_has_a_file_for_each_annotator(tmp_path: Path) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("alice", "bob"):
            archive.writestr(f"{name}.jsonl", '{"text": "Bad.", "label": ["negative"]}\n')
    records, _ = read(tmp_path, "doccano", packed.getvalue())
    assert [one.person.name for one in records] == ["alice", "bob"]
    with pytest.raises(UnreadableLabels, match="damaged"):
        read(tmp_path, "doccano", packed.getvalue()[:-40] + packed.getvalue()[-22:])
    squeezed = BytesIO()
    with zipfile.ZipFile(squeezed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("alice.jsonl", '{"text": "Bad.", "label": ["negative"]}\n' * 50)
    content = bytearray(squeezed.getvalue())
    content[len("alice.jsonl") + 30 : len("alice.jsonl") + 34] = b"\xff" * 4
    with pytest.raises(UnreadableLabels, match="damaged"):
        read(tmp_path, "doccano", bytes(content))


def _task(text: str, *annotations: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": 1, "data": {"text": text, "review_id": 7}, "annotations": annotations, **more}


def test_label_studio_counts_either_way_and_skips(tmp_path: Path) -> None:
    text = "屏幕很好。😀电池一般，希望更大"
    wish = text.index("希望")

    def region(start: int, **more: Any) -> dict[str, Any]:
        value = {"start": start, "end": start + 4, "text": "希望更大", "labels": ["improve"]}
        return {"id": "z", "from_name": "mentions", "to_name": "text", "type": "labels",
                "value": {**value, **more}}  # fmt: skip

    def choice(name: str, *keys: str) -> dict[str, Any]:
        return {"from_name": name, "to_name": "text", "type": "choices",
                "value": {"choices": list(keys)}}  # fmt: skip

    tasks = [
        _task(
            text,
            {"completed_by": 3, "result": [choice("sentiment", "neutral"), region(wish)],
             "lead_time": 12.5, "updated_at": "2026-11-23T21:19:34.351870Z"},
            {"completed_by": {"id": 4, "email": "bo@example.org"}, "result": [region(wish + 1)]},
            {"completed_by": 5, "result": [region(wish + 2)]},
            {"completed_by": 6, "was_cancelled": True, "result": [choice("sentiment", "neutral")]},
            {"completed_by": 7, "result": [choice("nosuch", "zzz")]},
            {"completed_by": 8, "result": [choice("intent", "want_to_buy")]},
            {"completed_by": 9, "result": [choice("sentiment", "neutral", "positive")]},
            predictions=[{"result": [choice("sentiment", "positive")]}],
        )
    ]  # fmt: skip
    records, troubles = read(
        tmp_path, "label_studio", json.dumps(tasks), "intent=want_to_buy=purchase_intent:want"
    )
    marked = (Mark(wish, wish + 4, "improve"),)
    assert [one.marks for one in records] == [marked, marked, None, ()]
    assert [one.answers for one in records] == [
        {"sentiment": "neutral"}, {}, {}, {"purchase_intent": "want"},
    ]  # fmt: skip
    assert [one.skip for one in records] == ["", "", "other", ""]
    assert records[1].person.email == "bo@example.org"
    assert (records[0].seconds, records[0].found.review) == (12.5, 7)
    assert [reason for _, reason in troubles] == ["bad_span", "unknown_question", "two_choices"]


def test_tables_come_in_with_other_delimiters_and_names(tmp_path: Path) -> None:
    table = "text;annotator;sentiment;purchase_intent\nGood;ann;正面;\nBad;ann;;nonsense\n;ann;x;\n"
    records, troubles = read(tmp_path, "csv", table)
    assert records[0].answers == {"sentiment": "positive"}
    assert records[0].person.called == "ann"
    assert troubles == [(3, "unknown_label"), (4, "no_text")]
    with pytest.raises(UnreadableLabels):
        read(tmp_path, "csv", "review,label\na,b\n")


@pytest.mark.parametrize("key", ["jsonl", "prodigy", "doccano"])
def test_a_bad_line_takes_no_other_with_it(tmp_path: Path, key: str) -> None:
    label = "positive" if key == "prodigy" else ["positive"]
    good = json.dumps({"text": "Good", "label": label, "answers": {"sentiment": "positive"}})
    lines = [good, "{not json", "[1]", '{"text": 5}', '{"text": "\\ud83d"}', "", good]
    records, troubles = read(tmp_path, key, "\n".join(lines))
    assert [line for line, _ in troubles] == [2, 3, 4, 5]
    assert len(records) == 2
    for bad in (b"", "\ufeff".encode(), "x".encode("utf-16")):
        with pytest.raises(UnreadableLabels):
            read(tmp_path, key, bad)


def test_offsets_are_turned_into_code_points() -> None:
    text = "a😀b"
    assert from_utf16(3, 4, text) == (2, 3)
    assert from_utf16(2, 4, text) is None, "inside a pair"
    assert span_of(2, 3, text, "b") == span_of(3, 4, text, "b") == (2, 3)
    assert span_of(3, 4, text, utf16=True) == (2, 3)
    assert span_of(2, 3, text) == (2, 3)


def test_what_a_label_can_mean() -> None:
    assert meanings_of(["A=B=flag:irony", "x = issue/price"], ASKED) == {
        "a=b": ("flag", "irony"), "x": ("mention", "issue/price"),
    }  # fmt: skip
    for wrong in ("x", "x=", "x=sentiment:great", "x=nothing", "x=add/nowhere", "x=flag:no"):
        with pytest.raises(BadMeaning):
            meanings_of([wrong], ASKED)


def test_the_last_answer_holds_and_the_earlier_one_is_told(tmp_path: Path) -> None:
    def row(choice: str, at: int) -> dict[str, Any]:
        return {"text": "a", "label": choice, "_annotator_id": "x", "_timestamp": at}

    records, _ = read(tmp_path, "prodigy", [row("negative", 20), row("positive", 10)])
    [told, record] = joined(records)
    assert isinstance(record, Record)
    assert record.answers == {"sentiment": "negative"}
    assert record.lines == (1, 2)
    assert isinstance(told, Trouble)
    assert (told.reason, told.refused) == ("answered_again", False)


def test_an_annotation_says_the_same_by_file_and_from_the_server(tmp_path: Path) -> None:
    text = "😀😀 屏幕很好，希望加无线充电"
    units = len(text[:3].encode("utf-16-le")) // 2
    place = {"start": units, "end": units + 2, "text": "屏幕"}
    by_points = {"start": 8, "end": 10, "text": "希望"}

    def one(name: str, value: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {"from_name": name, "to_name": "text", "value": value, **more}

    result = [
        one("sentiment", {"choices": ["positive"]}, type="choices"),
        one("purchase_intent", {"choices": []}, type="choices"),
        one("mentions", {**place, "labels": ["praise"]}, id="a", type="labels"),
        one("scope", {**place, "choices": ["price"]}, id="a", type="choices"),
        one("mentions", {**by_points, "labels": ["add"]}, id="b", type="labels"),
        one("flags", {"choices": ["irony"]}, type="choices"),
        one("comment", {"text": ["two", "lines"]}, type="textarea"),
    ]
    said = said_by_server(result, text)
    [record], troubles = read(
        tmp_path,
        "label_studio",
        json.dumps([{"data": {"text": text}, "annotations": [{"result": result}]}]),
    )
    assert (said.wrong, troubles) == ([], [])
    assert record.marks is not None
    assert sorted(said.mentions) == sorted([m.start, m.end, m.kind, m.scope] for m in record.marks)
    assert said.mentions == [[3, 5, "praise", "price"], [8, 10, "add", "product"]]
    assert said.choices == {"sentiment": ["positive"], "flags": ["irony"]}
    assert (record.answers, record.flags) == ({"sentiment": "positive"}, ("irony",))
    assert said.comment == record.comment == "two\nlines"
