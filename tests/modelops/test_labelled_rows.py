from __future__ import annotations

from types import SimpleNamespace

import pytest

from annotation.models import Annotation, Batch, BatchItem, Choice, Mention
from modelops.errors import NothingLabelled
from modelops.models import Snapshot
from modelops.selectors import labelled_rows
from modelops.services.snapshots import snapshot_create, snapshot_from_annotations
from reviews.models import TextRevision

from .conftest import Store

pytestmark = pytest.mark.django_db


def answer(
    revision: TextRevision,
    person: object,
    key: str,
    question: str = "sentiment",
    batch: Batch | None = None,
    source: str = "page",
) -> None:
    choice = Choice.objects.get(question__key=question, key=key)
    item = None
    if batch is not None:
        item, _ = BatchItem.objects.get_or_create(batch=batch, review=revision.review)
    Annotation.objects.create(
        revision=revision,
        question=choice.question,
        choice=choice,
        annotator=person,
        item=item,
        source=source,
    )


def test_the_majority_counts_and_a_tie_is_no_answer(
    cast: SimpleNamespace, store_reviews: Store
) -> None:
    clear, tied = store_reviews(["很好", "一般"])
    for person, key in ((cast.ann, "positive"), (cast.mia, "positive"), (cast.max, "negative")):
        answer(clear, person, key)
    answer(tied, cast.ann, "neutral")
    answer(tied, cast.mia, "negative")
    answer(tied, cast.ann, "none", "product_demand")
    found = labelled_rows(["sentiment", "product_demand"])
    assert {row.text: row.answers for row in found.rows} == {
        "很好": {"sentiment": "positive"},
        "一般": {"product_demand": "none"},
    }
    assert found.left_out["tie"] == 1


def test_a_person_outweighs_the_labels_of_the_sample_data(
    cast: SimpleNamespace, store_reviews: Store
) -> None:
    [revision] = store_reviews(["很好"])
    answer(revision, cast.alice, "negative", source="starter")
    answer(revision, cast.ann, "positive")
    assert labelled_rows(["sentiment"]).rows[0].answers == {"sentiment": "positive"}


def test_what_was_marked_on_hidden_gold_does_not_weigh(
    cast: SimpleNamespace, store_reviews: Store
) -> None:
    [revision] = store_reviews(["很好用"])
    batch = Batch.objects.create(name="b", design="uniform")
    answer(revision, cast.ann, "positive", batch=batch)
    answer(revision, cast.ann, "none", "product_demand", batch=batch)
    Mention.objects.create(revision=revision, annotator=cast.ann, start=0, end=2, kind="praise")
    gold = Batch.objects.create(name="gold", design="uniform")
    for person in (cast.mia, cast.max):
        answer(revision, person, "positive", batch=gold)
        Mention.objects.create(revision=revision, annotator=person, start=2, end=3, kind="praise")
    BatchItem.objects.filter(batch=gold).update(is_gold=True)
    [row] = labelled_rows(["sentiment", "product_demand"]).rows
    assert [mark[:3] for mark in row.mentions or ()] == [(0, 2, "praise")]


def test_audited_and_withheld_reviews_are_never_learned_from(
    cast: SimpleNamespace, store_reviews: Store
) -> None:
    audit = Batch.objects.create(name="audit", design="audit")
    [audited] = store_reviews(["审计"])
    answer(audited, cast.ann, "positive", batch=audit)
    [withheld] = store_reviews(["不许"], purposes=["analyse", "label"])
    answer(withheld, cast.ann, "positive")
    [default] = store_reviews(["默认"], left_out="default_text")
    answer(default, cast.ann, "positive")
    assert labelled_rows(["sentiment"]).rows == []
    with pytest.raises(NothingLabelled, match="label reviews first"):
        snapshot_from_annotations(actor=None, questions=["sentiment"])


def test_a_snapshot_refuses_an_audited_review_whatever_way_it_came(
    cast: SimpleNamespace, store_reviews: Store
) -> None:
    [revision] = store_reviews(["很好"])
    answer(revision, cast.ann, "positive")
    rows = [row.in_split("train") for row in labelled_rows(["sentiment"]).rows]
    audit = Batch.objects.create(name="audit", design="audit")
    BatchItem.objects.create(batch=audit, review=revision.review)
    with pytest.raises(ValueError, match="audit sample"):
        snapshot_create(
            actor=None, rows=rows, questions=["sentiment"], name="x", origin="annotations"
        )


def test_the_batch_names_split_whole_products(cast: SimpleNamespace, store_reviews: Store) -> None:
    texts = [f"评价{at}号" for at in range(6)]
    revisions = store_reviews(texts, products=3)
    batches = [
        Batch.objects.create(name=f"starter-{split}", design="given")
        for split in ("train", "dev", "test")
    ]
    # One review of each product has no batch: it goes where its product goes.
    for at, revision in enumerate(revisions):
        answer(revision, cast.ann, "positive", batch=batches[at] if at < 3 else None)
    found = {row.text: row.split for row in labelled_rows(["sentiment"]).rows}
    assert list(found.values()) == ["train", "dev", "test"] * 2


def test_products_without_a_given_split_are_not_torn_apart(
    cast: SimpleNamespace, store_reviews: Store
) -> None:
    revisions = store_reviews([f"评价{at}号" for at in range(200)], products=40)
    for revision in revisions:
        answer(revision, cast.ann, "positive")
    splits: dict[int, set[str]] = {}
    product_of = {r.pk: r.review.product_id for r in revisions}
    for row in labelled_rows(["sentiment"]).rows:
        splits.setdefault(product_of[row.revision_id], set()).add(row.split)
    assert all(len(found) == 1 for found in splits.values())
    assert set.union(*splits.values()) == {"train", "dev", "test"}


def test_labels_of_a_single_product_still_get_a_dev_split(
    cast: SimpleNamespace, store_reviews: Store
) -> None:
    for at, revision in enumerate(store_reviews([f"评价第{at}号" for at in range(40)])):
        answer(revision, cast.ann, "positive" if at % 2 else "negative")
    counts = snapshot_from_annotations(actor=None, questions=["sentiment"]).counts
    assert counts["rows"] == 40
    assert 4 <= counts["dev"] <= 8
    assert 4 <= counts["test"] <= 8


def test_mentions_are_none_where_nobody_was_asked_to_mark(
    cast: SimpleNamespace, store_reviews: Store
) -> None:
    marked, looked, unasked = store_reviews(["电池差", "很好", "一般"])
    asked = Batch.objects.create(name="marks", design="uniform")
    other = Batch.objects.create(name="plain", design="uniform")
    for revision, batch in ((marked, asked), (looked, asked), (unasked, other)):
        answer(revision, cast.ann, "positive", batch=batch)
    Mention.objects.create(
        revision=marked, annotator=cast.ann, start=0, end=2, kind="issue", scope="product"
    )
    found = {row.text: row.mentions for row in labelled_rows(["sentiment"]).rows}
    assert found == {
        "电池差": ((0, 2, "issue", "product"),),
        "很好": (),
        "一般": None,
    }


def test_the_same_labels_are_the_same_snapshot(cast: SimpleNamespace, store_reviews: Store) -> None:
    first, second = store_reviews(["很好用", "太差了"])
    answer(first, cast.ann, "positive")
    answer(second, cast.ann, "negative")
    one = snapshot_from_annotations(actor=None, questions=["sentiment"])
    again = snapshot_from_annotations(actor=cast.max, questions=["sentiment"])
    assert one == again
    assert one.items.count() == 2
    answer(first, cast.mia, "positive", "sentiment")
    assert snapshot_from_annotations(actor=None, questions=["sentiment"]) == one
    answer(first, cast.mia, "none", "product_demand")
    changed = snapshot_from_annotations(actor=None, questions=["sentiment", "product_demand"])
    assert changed != one
    assert Snapshot.objects.count() == 2


def test_erasing_a_review_takes_its_row_and_leaves_the_snapshot(
    cast: SimpleNamespace, store_reviews: Store
) -> None:
    first, second = store_reviews(["很好用", "太差了"])
    answer(first, cast.ann, "positive")
    answer(second, cast.ann, "negative")
    snapshot = snapshot_from_annotations(actor=None, questions=["sentiment"])
    before = snapshot.content_hash
    Annotation.objects.filter(revision=first).delete()
    first.review.delete()
    snapshot.refresh_from_db()
    assert [item.text for item in snapshot.items.all()] == ["太差了"]
    assert snapshot.content_hash == before
