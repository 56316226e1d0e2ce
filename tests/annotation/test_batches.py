"""Drawing a batch, by every design, and changing it afterwards."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import Role, User
from annotation.models import AuditRate, Batch, BatchItem
from annotation.selectors.assignments import batches_open
from annotation.selectors.correcting import why_not_correcting
from annotation.services.assigning import items_take
from annotation.services.audit import audit_batch
from annotation.services.batches import BadBatch, Design, Frame, Wanted, batch_create
from annotation.services.changing import Extended, batch_extend, batch_state_set
from annotation.services.gold import gold_set
from annotation.services.labels import GivenLabels, labels_store
from annotation.services.questions import questions_seed
from common.commands import CommandFailure
from modelops.models import ModelVersion, Prediction, TextEmbedding
from privacy.models import AuditEntry
from reviews.models import Review
from tests import shop
from tests.analytics import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_by_itself(db: None) -> None:
    """The audit sample would take some of the reviews away."""
    AuditRate.objects.update(rate=0)


def drawn(batch: Batch) -> list[int]:
    return sorted(batch.items.values_list("review_id", flat=True))


def test_each_review_of_the_frame_has_the_same_known_chance(cast: SimpleNamespace) -> None:
    questions_seed()
    kept = [factories.review(cast.lanting, "2026-03-10") for _ in range(10)]
    audited = factories.review(cast.lanting)
    BatchItem.objects.create(batch=audit_batch(), review=audited, inclusion_probability=0.1)
    factories.review(cast.lanting, left_out="spam")
    factories.review(cast.lanting, duplicate_of=kept[0])
    factories.review(cast.lanting, language="zh")
    factories.review(cast.lanting, "2026-04-01")
    factories.review(cast.northway)
    frame = Frame([cast.lanting], languages=["en"], until=date(2026, 3, 10))
    made: dict[str, Any] = {"actor": cast.max, "frame": frame, "size": 4}
    one = batch_create(**made, name="one", seed=7, wanted=Wanted(overlap=2))
    again = batch_create(**made, name="again", seed=7)
    other = batch_create(**made, name="other", seed=8)
    assert one.frame_size == 10
    assert set(one.items.values_list("inclusion_probability", "wanted_answers")) == {(0.4, 2)}
    assert drawn(one) == drawn(again) != drawn(other)
    assert set(drawn(one)) <= {review.pk for review in kept}
    whole = batch_create(**{**made, "size": 99}, name="whole", seed=1)
    assert set(whole.items.values_list("inclusion_probability", flat=True)) == {1.0}


def test_what_cannot_be_drawn_is_named(cast: SimpleNamespace) -> None:
    questions_seed()
    factories.review(cast.lanting)
    frame = Frame([cast.lanting])
    elsewhere = User.objects.create_user(username="eve", roles=[Role.ANNOTATOR])
    elsewhere.stores.set([cast.northway])
    batch_create(actor=None, name="one", frame=frame, size=1, seed=1)
    bad: list[tuple[str, dict[str, Any]]] = [
        ("name", {"name": "one"}),
        ("name", {"name": " one "}),
        ("name", {"name": "Audit"}),
        ("name", {"name": "starter-dev"}),
        ("annotator", {"wanted": Wanted(annotators=[cast.mia])}),
        ("annotator", {"wanted": Wanted(annotators=[elsewhere])}),
        ("size", {"size": 0}),
        ("overlap", {"wanted": Wanted(overlap=0)}),
        ("questions", {"wanted": Wanted(questions=["mood"])}),
        ("frame", {"frame": Frame([cast.northway])}),
        ("gold_rate", {"wanted": Wanted(gold_rate=0.7)}),
        ("priority", {"wanted": Wanted(priority=10**6)}),
        ("until", {"frame": replace(frame, since=date(2026, 3, 2), until=date(2026, 3, 1))}),
        ("design", {"design": Design(name="audit")}),
        ("strata", {"design": Design(name="stratified", strata="colour")}),
        ("size", {"design": Design(name="stratified", strata="stars"), "size": 0}),
        ("words", {"design": Design(name="keyword", words=[" "])}),
        ("words", {"design": Design(name="keyword", words=["unheard-of"])}),
        ("design", {"design": Design(name="uncertainty")}),
        ("question", {"design": Design(name="uncertainty", question="mood")}),
        ("against", {"design": Design(name="disagreement", against="lexicon")}),
    ]
    for field, change in bad:
        with pytest.raises(BadBatch) as refused:
            batch_create(
                **{"actor": None, "name": "two", "frame": frame, "size": 1, "seed": 1, **change}
            )
        assert refused.value.field == field
    assert Batch.objects.count() == 1


def test_the_command_draws_and_says_where_to_label(cast: SimpleNamespace) -> None:
    questions_seed()
    factories.review(cast.lanting)
    out = StringIO()
    call_command("make_batch", " may ", "--store", "lanting", "--size", "5", "--json", stdout=out)
    assert json.loads(out.getvalue())["reviews"] == 1
    assert Batch.objects.get().name == "may"
    shop.write(Review.objects.get(), "the lid leaks")
    out = StringIO()
    words = ["--design", "keyword", "--word", "lid"]
    call_command("make_batch", "texts", *words, stdout=out)
    assert "may not correct an index: its design" in out.getvalue()
    with pytest.raises(CommandFailure, match="annotator: mia may not label"):
        call_command("make_batch", "june", "--annotator", "mia")
    with pytest.raises(CommandFailure, match="--store: there is no nowhere"):
        call_command("make_batch", "june", "--store", "nowhere")


# By design, what it is told beside.
DESIGNS: dict[str, dict[str, Any]] = {
    "uniform": {},
    "stratified": {"strata": "stars", "allocation": "equal"},
    "uncertainty": {"explored": 0.3},
    "keyword": {"words": ["盖子", "lid leaks"]},
    "disagreement": {"against": "shadow"},
}


@pytest.fixture
def shelf(cast: SimpleNamespace) -> SimpleNamespace:
    """Reviews with answers of a champion that is unsure of some, and of a shadow that differs."""
    questions_seed()
    champion = factories.model_version("starter")
    shadow = factories.model_version("other", "shadow")
    sure, unsure = [], []
    for at in range(24):
        made = factories.answered(champion, cast.lanting, stars=1 + at % 5, sentiment="negative")
        into = unsure if at < 6 else sure
        into.append(made)
        factories.answer(made, shadow, sentiment="positive" if at in (3, 9) else "negative")
    flat = Prediction.objects.filter(model=champion, revision__review__in=unsure)
    flat.update(probabilities=[0.34, 0.33, 0.33])
    certain = Prediction.objects.filter(model=champion, revision__review__in=sure)
    certain.update(probabilities=[0.99, 0.005, 0.005])
    shop.write(sure[0], "盖子漏水")
    shop.write(sure[1], "the lid leaks")
    return SimpleNamespace(cast=cast, sure=sure, unsure=unsure)


def made_by(shelf: SimpleNamespace, design: str, size: int = 6, **fields: Any) -> Batch:
    return batch_create(
        actor=shelf.cast.max,
        name=fields.pop("name", design),
        frame=Frame([shelf.cast.lanting], **fields),
        size=size,
        seed=3,
        design=Design(name=design, **DESIGNS[design]),
    )


def test_designs_keep_the_chances_they_know_and_are_marked_where_they_know_none(
    shelf: SimpleNamespace,
) -> None:
    made = {name: made_by(shelf, name) for name in DESIGNS}
    chances = {
        name: list(batch.items.values_list("inclusion_probability", flat=True))
        for name, batch in made.items()
    }
    assert chances["uniform"] == [0.25] * 6
    # Two groups of a size of 5 and 4: the sum of 1 / chance is about the frame.
    assert sum(1 / one for one in chances["stratified"]) == pytest.approx(24)
    assert all(0 < one <= 1 for one in chances["uncertainty"])
    assert set(chances["keyword"]) == set(chances["disagreement"]) == {None}
    why = why_not_correcting(made.values())
    assert {batch.design: why[batch.pk] for batch in made.values()} == {
        "uniform": "",
        "stratified": "",
        "uncertainty": "",
        "keyword": "design",
        "disagreement": "design",
    }
    assert made["uncertainty"].design_options["explored"] == 0.3
    kept = made["stratified"].design_options
    assert (kept["strata"], kept["groups"]["5"]) == ("stars", [1, 4])
    assert set(drawn(made["keyword"])) == {shelf.sure[0].pk, shelf.sure[1].pk}
    assert set(drawn(made["disagreement"])) == {shelf.unsure[3].pk, shelf.sure[3].pk}


def test_the_unsure_are_preferred_and_nothing_is_without_a_chance(shelf: SimpleNamespace) -> None:
    batch = made_by(shelf, "uncertainty", size=8)
    unsure = {review.pk for review in shelf.unsure}
    by_review = dict(batch.items.values_list("review_id", "inclusion_probability"))
    assert len(unsure & by_review.keys()) >= 4
    most = max(chance for pk, chance in by_review.items() if pk not in unsure)
    assert all(by_review[pk] > most for pk in unsure & by_review.keys())


def test_a_frame_that_was_cut_by_what_reviews_say_corrects_nothing(shelf: SimpleNamespace) -> None:
    for name, cut in {
        "by words": {"words": "lid"},
        "by stars": {"stars": [1, 2]},
        "fresh": {"fresh": True},
    }.items():
        batch = made_by(shelf, "uniform", name=name, size=2, **cut)
        assert why_not_correcting([batch])[batch.pk] == "cut"
        assert set(batch.items.values_list("inclusion_probability", flat=True)) == {None}
    assert batch.frame_size == 24 - 3, "one has the word, two are of these stars"
    aided = batch_create(
        actor=None,
        name="aided",
        frame=Frame([shelf.cast.lanting]),
        size=2,
        seed=1,
        wanted=Wanted(shows_answers=True),
    )
    assert why_not_correcting([aided])[aided.pk] == "aided"


def test_people_who_differ_point_at_reviews_too(shelf: SimpleNamespace) -> None:
    disputed, agreed = shelf.sure[5], shelf.sure[6]
    for review, second in ((disputed, "neutral"), (agreed, "positive")):
        for person, choice in ((shelf.cast.ann, "positive"), (shelf.cast.max, second)):
            labels = [GivenLabels(review.pk, {"sentiment": choice})]
            labels_store(actor=None, annotator=person, labels=labels, source="page")
    frame = Frame([shelf.cast.lanting])
    design = Design(name="disagreement", against="annotators")
    batch = batch_create(actor=None, name="x", frame=frame, size=9, seed=1, design=design)
    assert drawn(batch) == [disputed.pk]


def test_the_lexicon_and_embeddings_of_the_model_in_charge_are_asked(
    shelf: SimpleNamespace,
) -> None:
    shop.write(shelf.sure[4], "I love it, it is wonderful and excellent")
    frame = Frame([shelf.cast.lanting], words="wonderful")
    against = Design(name="disagreement", against="lexicon")
    batch = batch_create(actor=None, name="lex", frame=frame, size=9, seed=1, design=against)
    assert drawn(batch) == [shelf.sure[4].pk], "the champion calls it negative"
    everything = Frame([shelf.cast.lanting])
    diverse = Design(name="diversity")
    with pytest.raises(BadBatch, match="embedded"):
        batch_create(actor=None, name="div", frame=everything, size=2, seed=1, design=diverse)
    champion = ModelVersion.objects.get(state="champion")
    corners = {shelf.sure[0]: 1.0, shelf.sure[1]: 0.99, shelf.sure[2]: 0.0}
    TextEmbedding.objects.bulk_create(
        TextEmbedding(
            revision=review.revisions.get(is_current=True),
            model=champion,
            vector=[value, (1 - value**2) ** 0.5],
        )
        for review, value in corners.items()
    )
    batch = batch_create(actor=None, name="div", frame=everything, size=2, seed=1, design=diverse)
    assert shelf.sure[2].pk in drawn(batch)


def test_neyman_gives_more_to_the_group_about_which_answers_vary(shelf: SimpleNamespace) -> None:
    Review.objects.filter(pk__in=[one.pk for one in shelf.unsure]).update(language="zh")
    design = Design(name="stratified", strata="language", allocation="neyman")
    frame = Frame([shelf.cast.lanting])
    batch = batch_create(actor=None, name="n", frame=frame, size=8, seed=1, design=design)
    zh = batch.items.filter(review__language="zh").count()
    assert zh > 8 * 6 / 24 + 1
    assert why_not_correcting([batch])[batch.pk] == ""


def test_gold_that_looks_like_the_frame_is_hidden_in_the_batch(shelf: SimpleNamespace) -> None:
    gold = [factories.review(shelf.cast.lanting, language=code) for code in ("en", "zh")]
    for review in gold:
        gold_set(actor=shelf.cast.max, review=review, answers={"sentiment": "neutral"})
    batch = batch_create(
        actor=None,
        name="with gold",
        frame=Frame([shelf.cast.lanting], languages=["en"], words="lid"),
        size=5,
        seed=1,
        wanted=Wanted(gold_rate=0.1),
    )
    hidden = batch.items.get(is_gold=True)
    assert (hidden.review_id, hidden.inclusion_probability) == (gold[0].pk, None)
    assert batch.items.filter(is_gold=False).count() == 1


def test_batches_are_closed_opened_and_extended_and_the_trail_says_so(
    shelf: SimpleNamespace,
) -> None:
    batch, max_ = made_by(shelf, "uniform"), shelf.cast.max
    batch_state_set(actor=max_, batch=batch, state="closed")
    assert items_take(actor=shelf.cast.ann, batch=batch) != [], "what is asked for is not the state"
    assert batch not in batches_open(shelf.cast.ann)
    batch_state_set(actor=max_, batch=batch, state="open")
    wanted = Extended(
        overlap=3, priority=2, due_on=date(2027, 1, 5), gold_rate=0, annotators=[shelf.cast.ann]
    )
    batch_extend(actor=max_, batch=batch, wanted=wanted)
    assert set(batch.items.values_list("wanted_answers", flat=True)) == {3}
    assert list(batch.annotators.all()) == [shelf.cast.ann]
    actions = AuditEntry.objects.filter(actor=max_, object_type="batch").order_by("pk")
    assert [one.action for one in actions] == [
        "batch.create", "batch.close", "batch.open", "batch.extend",
    ]  # fmt: skip
    with pytest.raises(BadBatch, match="never stops"):
        batch_state_set(actor=max_, batch=audit_batch(), state="closed")
    for field, change in {
        "overlap": {"overlap": 0},
        "gold_rate": {"gold_rate": 0.9},
        "annotator": {"annotators": [shelf.cast.mia]},
    }.items():
        with pytest.raises(BadBatch) as refused:
            batch_extend(actor=max_, batch=batch, wanted=replace(wanted, **change))
        assert refused.value.field == field
