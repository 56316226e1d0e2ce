"""Files that other tools wrote, on what they are hard about; what is told of every row."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from annotation.formats import doccano
from annotation.formats.joining import joined
from annotation.formats.record import Mark, Person, Record, Trouble
from annotation.models import (
    Annotation,
    Assignment,
    Batch,
    BatchItem,
    Choice,
    Mention,
    Question,
    SamplingDesign,
)
from annotation.services.label_sets import label_set_change
from annotation.services.questions import questions_seed
from tests.analytics import factories
from tests.annotation.formats.test_reading import read
from tests.annotation.formats.test_round_trip import bring, export, told
from tests.annotation.formats.world import labelled, write

TEXT = "屏幕很好。😀电池一般，希望更大"
WISH = TEXT.index("希望")
PHONE = "13844179021"


def _flat(**more: Any) -> dict[str, Any]:
    """A row as the converter of Label Studio 1.23 writes it as JSON_MIN."""
    return {
        "text": TEXT,
        "review_id": 7,
        "id": 11,
        "annotator": 5,
        "annotation_id": 101,
        "created_at": "2026-11-23T21:19:34.351870Z",
        "updated_at": "2026-11-23T21:20:34.351870Z",
        "lead_time": 12.5,
        **more,
    }


def _region(start: int, kind: str = "improve") -> dict[str, Any]:
    return {"start": start, "end": start + 4, "text": "希望更大", "labels": [kind]}


def test_json_min_is_read_and_what_it_leaves_open_is_told(tmp_path: Path) -> None:
    rows = [
        _flat(
            sentiment="neutral",
            mentions=[_region(WISH + 1)],
            scope="delivery",
            comment='hm, "so"',
            annotator="a@example.org",
        ),
        _flat(sentiment="positive", flags={"choices": ["irony", "mixed"]}, intent="buys"),
        _flat(mentions=[_region(WISH), _region(WISH, "issue")], scope="delivery"),
        _flat(sentiment={"choices": ["positive", "negative"]}),
        _flat(colour={"choices": ["red", "blue"]}),
        {"no": "task of Label Studio"},
    ]
    records, troubles = read(
        tmp_path, "label_studio", json.dumps(rows, indent=2), "intent=buys=purchase_intent:want"
    )
    first, second = records
    assert first.person.email == "a@example.org"
    assert (first.answers, first.comment, first.seconds) == (
        {"sentiment": "neutral"}, 'hm, "so"', 12.5,
    )  # fmt: skip
    assert first.marks == (Mark(WISH, WISH + 4, "improve", "delivery"),)
    assert second.person.called == "label-studio-5"
    assert second.answers == {"sentiment": "positive", "purchase_intent": "want"}
    assert (second.flags, second.marks) == (("irony", "mixed"), None)
    assert troubles == [
        (3, "scope_unplaced"), (4, "two_choices"), (5, "unknown_question"), (6, "unreadable"),
    ]  # fmt: skip


def test_the_csv_of_label_studio_is_read(tmp_path: Path) -> None:
    cell = json.dumps([_region(WISH)], ensure_ascii=False).replace('"', '""')
    table = (
        '"annotation_id","annotator","comment","flags","lead_time","mentions","review_id",'
        '"sentiment","text","updated_at"\n'
        f'101,"5","a ""b""","{{""choices"":[""irony"",""mixed""]}}",2,"{cell}",7,"neutral",'
        f'"{TEXT}","2026-11-23T21:20:34.351870Z"\n'
    )
    [record], troubles = read(tmp_path, "csv", table)
    assert troubles == []
    assert record.marks == (Mark(WISH, WISH + 4, "improve"),)
    assert (record.flags, record.comment, record.seconds) == (("irony", "mixed"), 'a "b"', 2.0)
    assert record.person.called == "label-studio-5"
    assert record.at is not None


def test_rows_of_a_list_are_told_by_their_place_also_on_one_line(tmp_path: Path) -> None:
    rows = [{"text": "Good", "label": ["positive"]}, 7, {"text": "Bad", "label": ["dreadful"]}]
    records, troubles = read(tmp_path, "doccano", json.dumps(rows))
    assert [one.lines for one in records] == [(1,)]
    assert troubles == [(2, "unreadable"), (3, "unknown_label")]
    for broken in (json.dumps(rows)[:-1], json.dumps(rows[:1])[:-1] + ',{"text": "B', "[1] x"):
        _, troubles = read(tmp_path, "doccano", broken)
        assert troubles[-1][1] == "unreadable_from_here"


def test_a_damaged_first_line_takes_no_other_line_with_it(tmp_path: Path) -> None:
    good = json.dumps({"text": "Good", "label": ["positive"]})
    records, troubles = read(tmp_path, "doccano", f'{{"text": "cut o\n{good}\n{good[:-5]}\n{good}')
    assert [one.lines for one in records] == [(2,), (4,)]
    assert troubles == [(1, "unreadable"), (3, "unreadable")]


def test_values_longer_than_what_is_read_at_once_come_in(tmp_path: Path) -> None:
    from annotation.formats import lines

    size = lines._CHUNK
    rows = [{"text": "好" * 900, "label": ["positive"], "n": n} for n in range(size // 900)]
    rows.insert(3, {"text": "Bad", "label": ["negative"], "more": "😀" * size})
    records, troubles = read(tmp_path, "doccano", json.dumps(rows, ensure_ascii=False))
    assert len(records) == len(rows)
    assert troubles == []


def test_a_number_too_large_for_any_column_spoils_nothing(tmp_path: Path) -> None:
    row = {"text": "Good", "annotator": "ann", "answers": {"sentiment": "positive"}}
    content = f'{json.dumps(row)[:-1]}, "seconds": 1{"0" * 400}, "guideline": 1{"0" * 400}}}\n'
    [record], troubles = read(tmp_path, "jsonl", content)
    assert (record.seconds, record.guideline, troubles) == (None, None, [])


def _choice(question: str, choice: str, at: int, **more: Any) -> dict[str, Any]:
    keys = {"sentiment": ("positive", "negative"), "purchase_intent": ("want", "will_not")}
    return {
        "text": "Good", "options": [{"id": key, "text": key} for key in keys[question]],
        "accept": [choice], "answer": "accept", "_annotator_id": "x", "_timestamp": at, **more,
    }  # fmt: skip


def test_a_question_ignored_in_prodigy_takes_back_no_other(tmp_path: Path) -> None:
    ignored = {"accept": [], "answer": "ignore"}
    rows = [
        _choice("sentiment", "positive", 10),
        _choice("purchase_intent", "want", 11),
        _choice("purchase_intent", "", 12, **ignored),
    ]
    records, troubles = read(tmp_path, "prodigy", rows)
    assert troubles == []
    [again, record] = joined(records)
    assert isinstance(record, Record)
    assert (record.answers, record.skip) == ({"sentiment": "positive"}, "")
    assert isinstance(again, Trouble)
    assert (again.line, again.reason) == (2, "answered_again")
    [record] = joined([records[2], records[2]])
    assert isinstance(record, Record)
    assert record.skip == "other"


def test_two_annotators_of_doccano_never_share_a_file(tmp_path: Path) -> None:
    people = ("ann b", "ann_b", "Ann_B", "安娜")
    path = tmp_path / "out.zip"
    with path.open("wb") as file:
        doccano.write(
            (Record("x", Person(name=one), answers={"sentiment": "positive"}) for one in people),
            file,
            {},
        )
    records, _ = read(tmp_path, "doccano", path.read_bytes())
    assert [one.person.name for one in records] == list(people)


def test_what_somebody_labelled_anew_in_doccano_is_theirs(tmp_path: Path) -> None:
    path = tmp_path / "out.zip"
    mark = Mark(0, 4, "issue", theme="noise")
    made = Record("Loud fan", Person("a-1"), answers={"sentiment": "negative"}, marks=(mark,),
                  seconds=9.0, comment="hers")  # fmt: skip
    with path.open("wb") as file:
        doccano.write([made], file, {})
    import zipfile

    with zipfile.ZipFile(path) as archive:
        row = json.loads(archive.read("a-1.jsonl"))
    [same], _ = read(tmp_path, "doccano", [row])
    assert (same.person.id, same.seconds, same.marks, same.comment) == ("a-1", 9.0, (mark,), "hers")
    row["cats"] = ["sentiment=neutral"]
    row["Comments"] = []
    [other], _ = read(tmp_path, "doccano", [row])
    assert (other.person.called, other.seconds, other.comment) == ("", None, "")
    assert other.marks == (Mark(0, 4, "issue"),)


def _row(**fields: Any) -> bytes:
    row = {"text": "x", "annotator": "ann", "answers": {"sentiment": "positive"}, **fields}
    return json.dumps(row, ensure_ascii=False).encode() + b"\n"


@pytest.mark.django_db
def test_the_name_of_a_data_set_is_taken_off_in_prodigy_alone(cast: SimpleNamespace) -> None:
    questions_seed()
    write(factories.review(cast.lanting), "Good")
    found = bring(cast.max, "jsonl", _row(text="Good", annotator="vendor-ann"))
    assert told(found) == [(1, "unknown_annotator")]
    row = _choice("sentiment", "positive", 10, _annotator_id="my-voc-ann")
    assert told(bring(cast.max, "prodigy", json.dumps(row).encode())) == []
    assert Annotation.objects.get().annotator == cast.ann


@pytest.mark.django_db
def test_themes_and_batches_of_a_file_are_kept_without_personal_data(
    cast: SimpleNamespace,
) -> None:
    questions_seed()
    write(factories.review(cast.lanting), "please add a jack")
    mention = {"start": 7, "end": 17, "kind": "add", "theme": f"call {PHONE}"}
    batch = {"name": f"for {PHONE}", "design": "uniform", "probability": 0.5}
    content = _row(text="please add a jack", mentions=[mention], batch=batch)
    assert told(bring(cast.max, "jsonl", content, make_batches=True)) == []
    assert Mention.objects.get().theme_key == "call [PHONE_1]"
    assert Batch.objects.get(frame_filter__made_by_import=True).name == "for [PHONE_1]"
    again = bring(cast.max, "jsonl", content, make_batches=True)
    assert (told(again), again.counts["unchanged"]) == ([], 1)


@pytest.mark.django_db
def test_a_part_of_an_answer_leaves_the_rest_of_the_item_open(cast: SimpleNamespace) -> None:
    questions_seed()
    review = factories.review(cast.lanting)
    write(review, "Good")
    batch = Batch.objects.create(name="drawn", design=SamplingDesign.UNIFORM, state="open")
    item = BatchItem.objects.create(batch=batch, review=review, inclusion_probability=0.5)
    where = {"name": "drawn", "design": "uniform", "probability": 0.5}
    assert told(bring(cast.max, "jsonl", _row(text="Good", batch=where))) == []
    item.refresh_from_db()
    assert (Annotation.objects.get().item, item.ended) == (item, 0)
    rest = {"purchase_intent": "none", "product_demand": "none"}
    assert told(bring(cast.max, "jsonl", _row(text="Good", batch=where, answers=rest))) == []
    item.refresh_from_db()
    assert (item.ended, Assignment.objects.get().state) == (1, "answered")


@pytest.mark.django_db
def test_answers_by_an_older_set_of_choices_are_carried_as_they_are_here(
    cast: SimpleNamespace,
) -> None:
    questions_seed()
    for text in ("Good", "Bad"):
        write(factories.review(cast.lanting), text)
    label_set_change(
        actor=cast.max,
        question="purchase_intent",
        changes=[
            {
                "op": "merge",
                "choices": ["want", "considering"],
                "into": {"key": "open", "name_en": "Open", "name_zh": "有意", "polarity": 1},
            },
            {"op": "retire", "choice": "will_not"},
        ],
    )
    old: dict[str, Any] = {"versions": {"purchase_intent": 1}}
    content = _row(text="Good", answers={"purchase_intent": "want"}, **old) + _row(
        text="Bad", answers={"purchase_intent": "will_not"}, **old
    )
    found = bring(cast.max, "jsonl", content)
    assert told(found) == [(2, "other_version")]
    assert Annotation.objects.get().choice.key == "open"
    _, rows = export(cast.max, "prodigy")
    [row] = [json.loads(line) for line in rows.splitlines()]
    assert row["accept"] == ["open"]
    assert [one["id"] for one in row["options"]] == ["open", "none"]
    elsewhere = _row(text="Good", annotator="max", versions={"sentiment": 9})
    assert told(bring(cast.max, "jsonl", elsewhere)) == [(1, "other_version")]


@pytest.mark.django_db
def test_exports_tell_what_everybody_came_to_and_what_was_gold(cast: SimpleNamespace) -> None:
    from annotation.models import Adjudication

    world = labelled(cast)
    emoji, plain = world.reviews["emoji"], world.reviews["plain"]
    sentiment = Question.objects.get(key="sentiment", active=True)
    Adjudication.objects.create(
        revision=emoji.revisions.get(is_current=True),
        question=sentiment,
        choice=Choice.objects.get(question=sentiment, key="neutral"),
        decided_by=cast.max,
    )
    BatchItem.objects.filter(review=world.reviews["formula"]).update(is_gold=True)
    _, content = export(cast.max, "jsonl")
    rows = [json.loads(line) for line in content.splitlines()]
    settled = {one["review_id"]: one["settled"] for one in rows}
    assert settled[emoji.pk] == {"sentiment": {"choice": "neutral", "how": "decided"}}
    assert settled[plain.pk]["sentiment"] == {"choice": "negative", "how": "single"}
    gold = [one for one in rows if one["gold"]]
    assert [one["review_id"] for one in gold] == [world.reviews["formula"].pk]
    assert gold[0]["settled"] == {}
    _, table = export(cast.max, "csv")
    assert b"settled_sentiment,settled_sentiment_how" in table.splitlines()[0]
