"""Labels by word lists: a source of their own, which no person and no held-out set ever meets."""

from __future__ import annotations

import json
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from annotation.models import Annotation, Batch, BatchItem, Choice, Question
from annotation.services.audit import audit_batch
from annotation.services.label_sets import label_set_change
from annotation.services.questions import questions_seed
from common.commands import CommandFailure
from common.models import Job
from common.runner import run_job
from modelops.errors import BadTrainingRequest
from modelops.models import WeakLabel
from modelops.selectors.labels import labelled_rows
from modelops.selectors.weak import conflicts, coverage, uncovered
from modelops.services.snapshots import snapshot_from_annotations
from modelops.services.weak_labels import COVERS, BadWeakRequest, weak_labels_start
from tests import shop
from tests.analytics import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop_of(cast: SimpleNamespace) -> Any:
    questions_seed()

    def write(text: str, language: str = "en", product: str = "") -> Any:
        fields = {"product": factories.product(cast.lanting, product)} if product else {}
        review = factories.review(cast.lanting, language=language, **fields)
        BatchItem.objects.filter(review=review).delete()
        shop.write(review, text)
        return review

    return write


def make(**asked: Any) -> dict[str, Any]:
    job = run_job(weak_labels_start(actor=None, **asked).pk)
    assert job is not None
    assert job.state == "succeeded", job.error
    return dict(job.result)


def said(review: Any) -> dict[tuple[str, str], str]:
    rows = WeakLabel.objects.filter(revision__review=review)
    return {(one.source, one.question.key): one.choice.key for one in rows}


def answer(review: Any, person: Any, choice: str, batch: str = "b", source: str = "page") -> None:
    held, _ = Batch.objects.get_or_create(name=batch, defaults={"design": "given"})
    item, _ = BatchItem.objects.get_or_create(batch=held, review=review)
    Annotation.objects.create(
        revision=review.revisions.get(is_current=True),
        question=Question.objects.get(key="sentiment", active=True),
        choice=Choice.objects.get(question__key="sentiment", key=choice),
        annotator=person,
        item=item,
        source=source,
    )


def test_each_list_speaks_its_language_and_only_where_it_finds_a_word(shop_of: Any) -> None:
    english = shop_of("I love it, please add a headphone jack")
    chinese = shop_of("质量很好，很喜欢", "zh")
    mute = shop_of("Delivered on Monday")
    french = shop_of("Je l'aime, excellent", "fr")
    audited = shop_of("I love it so much")
    BatchItem.objects.create(batch=audit_batch(), review=audited, inclusion_probability=0.1)
    make()
    assert said(english)["vader", "sentiment"] == "positive"
    assert said(english)["textblob", "sentiment"] == "positive"
    assert said(english)["cues", "product_demand"] == "add"
    assert said(chinese) == {("words_zh", "sentiment"): "positive"}
    assert said(mute) == said(french) == said(audited) == {}
    before = WeakLabel.objects.count()
    make()
    assert WeakLabel.objects.count() == before


def test_answers_that_were_merged_are_given_by_their_new_name(shop_of: Any) -> None:
    review = shop_of("It broke after a day. Terrible, awful, I hate it.")
    merge = {
        "op": "merge",
        "choices": ["neutral", "negative"],
        "into": {"key": "rest", "name_en": "the rest", "name_zh": "其余", "polarity": -1},
    }
    label_set_change(actor=None, question="sentiment", changes=[merge])
    make()
    assert set(said(review).values()) == {"rest"}


def test_a_killed_run_goes_on_and_two_of_the_same_are_one(shop_of: Any, monkeypatch: Any) -> None:
    from common.jobs import JobContext
    from modelops.services import weak_labels

    monkeypatch.setattr(weak_labels, "_AT_ONCE", 1)
    reviews = [shop_of("I love it"), shop_of("I hate it"), shop_of("质量很好", "zh")]
    job = weak_labels_start(actor=None)
    assert weak_labels_start(actor=None) == job
    assert weak_labels_start(actor=None, sources=["vader"]) != job
    looked_at: list[int] = []
    progress, said_of = JobContext.progress, weak_labels._said

    def die(self: JobContext, done: int, total: int | None = None) -> None:
        progress(self, done, total)
        if len(looked_at) == 2:
            raise KeyboardInterrupt

    def look(source: str, texts: Any, *more: Any) -> Any:
        looked_at.extend(one.review_id for one in texts)
        return said_of(source, texts, *more)

    monkeypatch.setattr(weak_labels, "_said", look)
    monkeypatch.setattr(JobContext, "progress", die)
    with pytest.raises(KeyboardInterrupt):
        run_job(job.pk)
    monkeypatch.setattr(JobContext, "progress", progress)
    job.refresh_from_db()
    result = weak_labels.weak_labels_run(JobContext(job))
    assert looked_at[:2] == [one.pk for one in reviews[:2]]
    # VADER, TextBlob and the phrases look at the English ones once each, others at the Chinese.
    assert len(looked_at) == 3 * 2 + 2
    assert result["by_source"]["vader.en"] == 2
    assert WeakLabel.objects.filter(source="vader").count() == 2


def test_a_language_without_words_is_refused(shop_of: Any) -> None:
    for asked in (
        {"languages": ["fr"]}, {"sources": ["vader"], "languages": ["zh"]}, {"sources": ["nrc"]},
    ):  # fmt: skip
        with pytest.raises(BadWeakRequest):
            weak_labels_start(actor=None, **asked)


def test_reach_and_conflicts_are_told(cast: SimpleNamespace, shop_of: Any) -> None:
    good, bad = shop_of("I love it"), shop_of("I hate it, awful")
    shop_of("Delivered on Monday")
    shop_of("Bon", "fr")
    make()
    answer(good, cast.ann, "negative")
    answer(good, cast.max, "positive")
    answer(bad, cast.ann, "negative")
    # What a language model said is nobody's opinion.
    answer(bad, cast.pia, "positive", source="starter")
    WeakLabel.objects.filter(source="textblob", revision__review=bad).update(
        choice=Choice.objects.get(question__key="sentiment", key="neutral")
    )
    reach = {(one.source, one.language): one for one in coverage([cast.lanting], COVERS)}
    assert (reach["vader", "en"].labelled, reach["vader", "en"].n) == (2, 3)
    assert uncovered([cast.lanting], ["en", "zh"]) == 1
    told = {
        (one.source, one.other): (one.differ, one.n) for one in conflicts([cast.lanting], COVERS)
    }
    assert told["vader", ""] == (1, 3)
    assert told["vader", "textblob"] == (1, 2)
    assert coverage([cast.northway], COVERS) == []


def test_they_are_learned_from_only_when_asked_and_never_held_out(
    cast: SimpleNamespace, shop_of: Any
) -> None:
    labelled = {split: shop_of(f"Fine thing of {split}", product=split) for split in
                ("train", "dev", "test")}  # fmt: skip
    for split, review in labelled.items():
        answer(review, cast.ann, "positive", batch=f"set-{split}")
    shop_of("I love this kettle a lot", product="train")
    shop_of("I hate this kettle a lot", product="dev")
    shop_of("Fine thing of test", product="other")
    make()
    assert {row.weight for row in labelled_rows(["sentiment"]).rows} == {1.0}
    plain = snapshot_from_annotations(actor=None, questions=["sentiment"])
    assert (plain.items.count(), plain.counts["train"]) == (3, 1)
    assert "weak" not in plain.counts
    mixed = snapshot_from_annotations(actor=None, questions=["sentiment"], weak=0.2)
    weak = list(mixed.items.filter(weight__lt=1))
    assert [(one.text, one.split, one.weight) for one in weak] == [
        ("I love this kettle a lot", "train", 0.2)
    ]
    assert (mixed.counts["rows"], mixed.counts["weak"]) == (3, 1)
    assert mixed.content_hash != plain.content_hash
    for weight in (0.0, 1.0, 2.0):
        with pytest.raises(BadTrainingRequest):
            snapshot_from_annotations(actor=None, questions=["sentiment"], weak=weight)


def test_the_command_and_the_page_tell_the_same(
    cast: SimpleNamespace, shop_of: Any, monkeypatch: Any
) -> None:
    from modelops.management.commands import weak_labels

    monkeypatch.setattr(weak_labels, "run_and_wait", lambda job, told: run_job(job.pk))
    shop_of("I love it")
    out = StringIO()
    call_command("weak_labels", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert {one["source"]: one["share"] for one in told["coverage"]}["vader"] == 1.0
    with pytest.raises(CommandFailure, match="no words for fr"):
        call_command("weak_labels", "--language", "fr")
    client = Client()
    client.force_login(cast.mia, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("weak-labels")).status_code == 403
    client.force_login(cast.max, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("weak-labels")).content.decode()
    assert "VADER" in page
    assert "100%" in page
    assert client.post(reverse("weak-labels")).status_code == 302
    waits = client.get(reverse("weak-labels")).content.decode()
    assert reverse("job", args=[Job.objects.latest("pk").pk]) in waits
    assert "Label anew" not in waits
