from __future__ import annotations

import json
from pathlib import Path

import pytest

from modelops.errors import BadLabelFile
from modelops.models import SnapshotItem
from modelops.services.label_files import labelled_file_read
from modelops.services.snapshots import snapshot_from_file
from modelops.splitting import near_identical

pytestmark = pytest.mark.django_db


def file(folder: Path, text: str, name: str = "labels.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_keys_and_names_in_both_languages_are_understood(tmp_path: Path) -> None:
    path = file(tmp_path, "text,label\n好,positive\n差,负面\nfine,Neutral \n喜欢,\n")
    found = labelled_file_read(path, ["sentiment"], {})
    assert [row.answers["sentiment"] for row in found.rows] == ["positive", "negative", "neutral"]
    assert found.left_out == {"no_answer": 1}


def test_a_column_per_question_in_jsonl(tmp_path: Path) -> None:
    rows = [
        {"text": "还会再买", "sentiment": "positive", "purchase_intent": "想买"},
        {"text": "请加个把手", "sentiment": None, "purchase_intent": "none", "lang": "zh"},
    ]
    path = file(tmp_path, "\n".join(json.dumps(row) for row in rows), "labels.jsonl")
    found = labelled_file_read(path, ["sentiment", "purchase_intent"], {})
    assert [row.answers for row in found.rows] == [
        {"sentiment": "positive", "purchase_intent": "want"},
        {"purchase_intent": "none"},
    ]


def test_an_unknown_label_is_told_with_its_line_and_without_personal_data(tmp_path: Path) -> None:
    path = file(tmp_path, "text,label\n好,positive\n差,13812345678\n还行,great\n")
    with pytest.raises(BadLabelFile) as caught:
        labelled_file_read(path, ["sentiment"], {})
    message = str(caught.value)
    assert "line 3" in message
    assert "line 4: `label` is 'great'" in message
    assert "positive, neutral, negative" in message
    assert "13812345678" not in message


def test_numbers_need_to_be_said_what_they_mean(tmp_path: Path) -> None:
    path = file(tmp_path, "text,label\n好,1\n差,2\n还行,0\n")
    with pytest.raises(BadLabelFile, match="--labels 1=CHOICE"):
        labelled_file_read(path, ["sentiment"], {})
    codes = {"0": "neutral", "1": "positive", "2": "negative"}
    found = labelled_file_read(path, ["sentiment"], codes)
    assert [row.answers["sentiment"] for row in found.rows] == ["positive", "negative", "neutral"]
    with pytest.raises(BadLabelFile, match="no choice 'good'"):
        labelled_file_read(path, ["sentiment"], {"1": "good"})


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        ("body,label\n好,positive\n", "a.csv", "no column `text`; it has body, label"),
        ("text,mood\n好,positive\n", "a.csv", "no column `sentiment` or `label`"),
        ("text,label\n,positive\n", "a.csv", "line 2: the column `text` is empty"),
        ("text,label,split\n好,positive,later\n", "a.csv", "line 2: `split` must be"),
        ("", "a.csv", "is empty or has no header line"),
        ("%PDF-1.7\n1 0 obj\n", "a.pdf", "is a PDF; export"),
        ('{"text": "a", "label": "positive"}\n{"text": \n', "a.jsonl", "line 2: not a JSON"),
    ],
)
def test_a_bad_file_is_refused_as_a_whole(
    tmp_path: Path, content: str, name: str, message: str
) -> None:
    with pytest.raises(BadLabelFile) as caught:
        labelled_file_read(file(tmp_path, content, name), ["sentiment"], {})
    assert message in str(caught.value)


def test_texts_are_redacted_before_they_are_stored(tmp_path: Path) -> None:
    lines = [f"第{at}次买，客服微信不理人，打13812345678也没用,negative" for at in range(3)]
    path = file(tmp_path, "text,label\n" + "\n".join(lines).replace("，", " ") + "\n")
    snapshot_from_file(actor=None, path=path, questions=["sentiment"])
    stored = " ".join(SnapshotItem.objects.values_list("text", flat=True))
    assert "[PHONE_1]" in stored
    assert "138" not in stored


def test_near_identical_texts_stay_on_one_side_of_the_dev_split(tmp_path: Path) -> None:
    lines = []
    for at in range(120):
        label = ("positive", "negative", "neutral")[at % 3]
        text = f"{chr(0x4E00 + at * 7)}{chr(0x5E00 + at * 11)}这个牌子的第{at}种杯子我用了很久"
        lines += [f"{text}啊,{label}", f"{text}！,{label}"]
    path = file(tmp_path, "text,label\n" + "\n".join(lines) + "\n")
    snapshot = snapshot_from_file(actor=None, path=path, questions=["sentiment"])
    items = list(snapshot.items.all())
    groups = near_identical([item.text for item in items])
    sides: dict[int, set[str]] = {}
    for item, group in zip(items, groups, strict=True):
        sides.setdefault(group, set()).add(item.split)
    assert all(len(found) == 1 for found in sides.values())
    assert 0.12 <= snapshot.counts["dev"] / 240 <= 0.18
    dev = [item.answers["sentiment"] for item in items if item.split == "dev"]
    assert {dev.count(key) for key in ("positive", "negative", "neutral")} <= {10, 11, 12, 13, 14}


def test_a_text_in_two_splits_is_kept_in_the_one_held_out_further(tmp_path: Path) -> None:
    rows = ["很好用,positive,train", "很好用！,positive,test", "太差,negative,dev"]
    path = file(tmp_path, "text,label,split\n" + "\n".join(rows) + "\n")
    snapshot = snapshot_from_file(actor=None, path=path, questions=["sentiment"])
    assert {item.text: item.split for item in snapshot.items.all()} == {
        "很好用！": "test",
        "太差": "dev",
    }
    assert snapshot.counts["left_out"]["leak"] == 1


def test_the_order_of_a_file_does_not_change_its_snapshot(tmp_path: Path) -> None:
    lines = [f"第{at}款杯子还可以,{'neutral' if at % 4 else 'positive'}" for at in range(60)]
    one = file(tmp_path, "text,label\n" + "\n".join(lines), "one.csv")
    two = file(tmp_path, "text,label\n" + "\n".join(reversed(lines)), "two.csv")
    first = snapshot_from_file(actor=None, path=one, questions=["sentiment"])
    assert snapshot_from_file(actor=None, path=two, questions=["sentiment"]) == first
