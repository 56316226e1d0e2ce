"""A lead settles answers that differ: what holds then, what is kept, and who may."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from annotation.models import Adjudication, Annotation, Choice, Mention, Question, Suspect
from annotation.selectors.settling import next_to_settle, stamp_of, to_settle
from annotation.services.consensus import consensus_refresh
from annotation.services.settling import BadDecision, Decision, answers_settle, settling_undo
from modelops.selectors.labels import labelled_rows
from privacy.models import AuditEntry
from reviews.models import Review, TextRevision
from reviews.signals import revisions_replaced
from tests.analytics import factories
from tests.annotation.labelled import annotator, batch, labelled
from tests.annotation.test_label_pages import signed_in

pytestmark = pytest.mark.django_db

TEXT = "水壶很好看，希望盖子再紧一点"


@pytest.fixture
def crew(cast: SimpleNamespace) -> SimpleNamespace:
    """Ann and Bea differ about sentiment and about the wish of one review."""
    into = batch()
    bea = annotator("bea", cast.lanting)
    differing = labelled(
        into,
        cast.lanting,
        TEXT,
        {
            cast.ann: {
                "sentiment": "positive",
                "purchase_intent": "none",
                "product_demand": "none",
            },
            bea: {"sentiment": "neutral", "purchase_intent": "none", "product_demand": "improve"},
        },
        {bea: (6, 14, "improve")},
    )
    same = labelled(
        into,
        cast.lanting,
        "很好",
        {cast.ann: {"sentiment": "positive"}, bea: {"sentiment": "positive"}},
    )
    return SimpleNamespace(
        bea=bea, batch=into, differing=differing, same=same, revision=current(differing)
    )


def current(review: Review) -> TextRevision:
    return review.revisions.get(is_current=True)


def training_row(revision: TextRevision) -> Any:
    rows = labelled_rows(["sentiment", "purchase_intent", "product_demand"]).rows
    return next(row for row in rows if row.revision_id == revision.pk)


def test_only_answers_that_agree_on_nothing_wait(
    cast: SimpleNamespace, crew: SimpleNamespace
) -> None:
    assert to_settle([cast.lanting]) == {crew.revision.pk: ["sentiment", "product_demand"]}
    assert to_settle([cast.northway]) == {}


def test_what_a_lead_settled_wins_in_training_with_its_mentions(
    cast: SimpleNamespace, crew: SimpleNamespace
) -> None:
    assert set(training_row(crew.revision).answers) == {"purchase_intent"}
    answers_settle(
        actor=cast.max,
        stores=[cast.lanting],
        revision_id=crew.revision.pk,
        decisions={
            "sentiment": Decision("neutral", crew.bea.pk),
            "product_demand": Decision("improve", crew.bea.pk),
        },
    )
    row = training_row(crew.revision)
    assert row.answers == {
        "sentiment": "neutral", "purchase_intent": "none", "product_demand": "improve"
    }  # fmt: skip
    assert row.mentions == ((6, 14, "improve", "product"),)
    assert to_settle([cast.lanting]) == {}
    # Nobody's own answer was touched.
    assert Annotation.objects.filter(revision=crew.revision, choice__key="positive").exists()
    [entry] = AuditEntry.objects.filter(action="label.settle")
    assert entry.details == {"questions": ["product_demand", "sentiment"]}
    assert entry.object_id == str(crew.differing.pk)


def test_whose_wish_was_not_taken_has_no_mentions_in_training(
    cast: SimpleNamespace, crew: SimpleNamespace
) -> None:
    answers_settle(
        actor=cast.max,
        stores=[cast.lanting],
        revision_id=crew.revision.pk,
        decisions={"product_demand": Decision("none", cast.ann.pk)},
    )
    assert training_row(crew.revision).mentions == ()


def test_a_second_decision_replaces_the_first_and_undo_brings_it_back(
    cast: SimpleNamespace, crew: SimpleNamespace
) -> None:
    for key in ("neutral", "negative"):
        answers_settle(
            actor=cast.max,
            stores=[cast.lanting],
            revision_id=crew.revision.pk,
            decisions={"sentiment": Decision(key)},
        )
    assert training_row(crew.revision).answers["sentiment"] == "negative"
    assert settling_undo(actor=cast.max, stores=[cast.lanting]) == crew.revision.pk
    assert training_row(crew.revision).answers["sentiment"] == "neutral"
    assert settling_undo(actor=cast.max, stores=[cast.lanting]) == crew.revision.pk
    assert "sentiment" not in training_row(crew.revision).answers
    assert settling_undo(actor=cast.max, stores=[cast.lanting]) is None
    assert Adjudication.objects.count() == 2  # kept as history


def test_a_lead_undoes_nobody_elses_decision(cast: SimpleNamespace, crew: SimpleNamespace) -> None:
    answers_settle(
        actor=cast.max,
        stores=[cast.lanting],
        revision_id=crew.revision.pk,
        decisions={"sentiment": Decision("neutral")},
    )
    assert settling_undo(actor=cast.alice, stores=[cast.lanting]) is None


def test_the_consensus_is_shown_beside_three_answers_and_learned_from_never(
    cast: SimpleNamespace, crew: SimpleNamespace
) -> None:
    """Who is right more often is told to the lead, who decides; until somebody answers again."""
    cal = annotator("cal", cast.lanting)
    for at in range(60):
        right = "positive" if at % 2 else "negative"
        wrong = "negative" if at % 2 else "positive"
        labelled(
            crew.batch,
            cast.lanting,
            f"第{at}条",
            {
                cast.ann: {"sentiment": right},
                crew.bea: {"sentiment": right},
                cal: {"sentiment": wrong if at % 3 == 0 else right},
            },
        )
    said = ((cast.ann, "positive"), (cal, "negative"), (crew.bea, "neutral"))
    tied = labelled(
        crew.batch, cast.lanting, "一般般", {who: {"sentiment": key} for who, key in said}
    )
    assert consensus_refresh() > 60
    assert current(tied).pk not in {row.revision_id for row in labelled_rows(["sentiment"]).rows}
    hint = "Weighed by how each of them answers elsewhere"
    assert hint in page_of(cast.max, at=current(tied).pk)
    # Of two answers it says too boldly who is right.
    assert hint not in page_of(cast.max, at=crew.revision.pk)
    choice = Choice.objects.get(question__key="sentiment", question__active=True, key="neutral")
    Annotation.objects.create(
        revision=current(tied), question=choice.question, choice=choice, annotator=cast.max,
        item=tied.batch_items.get(), source="page",
    )  # fmt: skip
    assert hint not in page_of(cast.max, at=current(tied).pk)


def settle(cast: SimpleNamespace, revision: TextRevision, seen: str | None = None) -> None:
    answers_settle(
        actor=cast.max,
        stores=[cast.lanting],
        revision_id=revision.pk,
        decisions={"sentiment": Decision("neutral")},
        seen=seen,
    )


def test_of_two_leads_at_once_the_second_is_told_to_look_again(
    cast: SimpleNamespace, crew: SimpleNamespace
) -> None:
    seen = stamp_of(crew.revision.pk)
    settle(cast, crew.revision, seen)
    with pytest.raises(BadDecision) as refused:
        settle(cast, crew.revision, seen)
    assert refused.value.code == "changed"
    assert Adjudication.objects.count() == 1


def test_nobody_settles_by_a_letter_what_they_have_not_seen(
    cast: SimpleNamespace, crew: SimpleNamespace
) -> None:
    seen = re.findall(r'name="seen" value="(\w+)"', page_of(cast.max))
    negative = Choice.objects.get(question__key="sentiment", question__active=True, key="negative")
    Annotation.objects.filter(annotator=cast.ann, revision=crew.revision).filter(
        question=negative.question
    ).update(choice=negative)
    for letter in "AB":
        answer = press(cast.max, crew.differing, take=letter, seen=seen[0])
        assert f"at={crew.revision.pk}" in answer.url
    assert not Adjudication.objects.exists()
    press(cast.max, crew.differing, take="A")
    assert Adjudication.objects.count() == 2


def test_the_mentions_stay_those_that_were_taken(
    cast: SimpleNamespace, crew: SimpleNamespace
) -> None:
    answers_settle(
        actor=cast.max,
        stores=[cast.lanting],
        revision_id=crew.revision.pk,
        decisions={"product_demand": Decision("improve", crew.bea.pk)},
    )
    Mention.objects.filter(annotator=crew.bea).update(kind="add", start=0, end=2)
    assert training_row(crew.revision).mentions == ((6, 14, "improve", "product"),)
    # "水壶" became a placeholder that is six code points longer.
    fresh = factories.revise(crew.differing, "[NAME_1]很好看，希望盖子再紧一点")
    fresh.offset_map = [[0, 2, 0, 8]]
    fresh.save()
    revisions_replaced.send(sender=None, pairs=[(crew.revision.pk, fresh.pk)])
    assert training_row(fresh).mentions == ((12, 20, "improve", "product"),)


def test_a_wish_that_a_lead_denied_leaves_no_mentions_of_it(
    cast: SimpleNamespace, crew: SimpleNamespace
) -> None:
    demand = Question.objects.get(key="product_demand", active=True)
    both = Annotation.objects.filter(revision=crew.revision, question=demand)
    both.update(choice=demand.choices.get(key="improve"))
    Mention.objects.create(
        revision=crew.revision, annotator=cast.ann, start=6, end=14, kind="improve"
    )
    assert len(training_row(crew.revision).mentions) == 1
    answers_settle(
        actor=cast.max,
        stores=[cast.lanting],
        revision_id=crew.revision.pk,
        decisions={"product_demand": Decision("none")},
    )
    row = training_row(crew.revision)
    assert (row.answers["product_demand"], row.mentions) == ("none", ())


def test_undo_passes_over_what_the_shopper_wrote_anew(
    cast: SimpleNamespace, crew: SimpleNamespace
) -> None:
    settle(cast, crew.revision)
    settle(cast, current(crew.same))
    factories.revise(crew.same, "不一样了")
    assert settling_undo(actor=cast.max, stores=[cast.lanting]) == crew.revision.pk


def test_the_next_one_is_the_one_behind_and_then_the_first(
    cast: SimpleNamespace, crew: SimpleNamespace
) -> None:
    differ = {cast.ann: {"sentiment": "positive"}, crew.bea: {"sentiment": "negative"}}
    other = current(labelled(crew.batch, cast.lanting, "还行", differ)).pk
    first = crew.revision.pk
    assert [next_to_settle([cast.lanting], after) for after in (0, first, other)] == [
        first, other, first,
    ]  # fmt: skip
    assert next_to_settle([cast.northway]) is None


def test_settled_answers_go_along_when_a_text_is_redacted_anew(
    cast: SimpleNamespace, crew: SimpleNamespace
) -> None:
    from annotation.services.settled_remap import settled_remap

    answers_settle(
        actor=cast.max,
        stores=[cast.lanting],
        revision_id=crew.revision.pk,
        decisions={"sentiment": Decision("neutral")},
    )
    TextRevision.objects.filter(pk=crew.revision.pk).update(is_current=False)
    fresh = TextRevision.objects.create(
        review=crew.differing, number=2, text=TEXT, text_hash="y", redactor_version="test",
        offset_map=[],
    )  # fmt: skip
    settled_remap(pairs=[(crew.revision.pk, fresh.pk)])
    assert training_row(fresh).answers["sentiment"] == "neutral"
    assert Adjudication.objects.get().made_on == crew.revision


# The page


def page_of(person: User, **asked: Any) -> str:
    answer = signed_in(person).get(reverse("adjudicate"), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def press(person: User, review: Review, **said: Any) -> Any:
    said.setdefault("seen", stamp_of(current(review).pk))
    return signed_in(person).post(reverse("settle", args=[current(review).pk]), said)


def test_leads_only_and_only_their_stores(cast: SimpleNamespace, crew: SimpleNamespace) -> None:
    for name in ("adjudicate", "label-quality"):
        assert signed_in(cast.ann).get(reverse(name)).status_code == 403
        assert signed_in(cast.mia).get(reverse(name)).status_code == 403
        assert Client().get(reverse(name)).status_code == 302
    cast.max.stores.set([cast.northway])
    assert "很好看" not in page_of(cast.max)
    press(cast.max, crew.differing, take="A")
    assert press(cast.ann, crew.differing, take="A").status_code == 403
    assert not Adjudication.objects.exists()


def test_people_are_letters_until_their_names_are_asked_for(
    cast: SimpleNamespace, crew: SimpleNamespace
) -> None:
    page = page_of(cast.max)
    assert "bea" not in page
    assert "Take this answer" in page
    assert "bea" in page_of(cast.max, names="1")


def test_one_press_takes_one_persons_answers(cast: SimpleNamespace, crew: SimpleNamespace) -> None:
    press(cast.max, crew.differing, take="A")
    settled = {one.question.key: one for one in Adjudication.objects.all()}
    assert set(settled) == {"sentiment", "product_demand"}
    [whose] = {one.taken_from for one in settled.values()}
    theirs = Annotation.objects.filter(annotator=whose, revision=crew.revision)
    for key, one in settled.items():
        assert one.choice == theirs.get(question__key=key).choice
    assert "Everything is settled" in page_of(cast.max)


def test_a_choice_nobody_gave_can_be_taken_and_an_empty_press_changes_nothing(
    cast: SimpleNamespace, crew: SimpleNamespace
) -> None:
    answer = press(cast.max, crew.differing)
    assert not Adjudication.objects.exists()
    assert f"at={crew.revision.pk}" in answer.url
    press(cast.max, crew.differing, **{"choice-sentiment": "negative"})
    one = Adjudication.objects.get()
    assert (one.choice.key, one.taken_from) == ("negative", None)
    # The wish is still open.
    assert to_settle([cast.lanting]) == {crew.revision.pk: ["product_demand"]}


def test_a_suspect_is_kept_or_changed_and_comes_back_with_undo(
    cast: SimpleNamespace, crew: SimpleNamespace
) -> None:
    sentiment = Question.objects.get(key="sentiment", active=True)
    positive, negative = (sentiment.choices.get(key=key) for key in ("positive", "negative"))
    Suspect.objects.create(
        revision=current(crew.same), question=sentiment, choice=positive, suggested=negative,
        score=0.01, rank=1, ranked=10,
    )  # fmt: skip
    assert "Take the suggestion" in page_of(cast.max, queue="suspects")
    press(cast.max, crew.same, queue="suspects", take="suggested")
    assert training_row(current(crew.same)).answers["sentiment"] == "negative"
    assert Suspect.objects.get().state == "changed"
    signed_in(cast.max).post(reverse("adjudicate-undo"), {"queue": "suspects"})
    assert Suspect.objects.get().state == "open"
    press(cast.max, crew.same, queue="suspects", take="A")
    assert Suspect.objects.get().state == "kept"
    assert Adjudication.objects.get(replaced_at=None).cause == "suspect"


def test_what_people_wrote_is_shown_as_words(cast: SimpleNamespace, crew: SimpleNamespace) -> None:
    Annotation.objects.filter(annotator=crew.bea).update(comment="<b>unsure</b>", flags=["unsure"])
    page = page_of(cast.max)
    assert "&lt;b&gt;unsure" in page
    assert Mention.objects.get().kind == "improve"
    assert 'v-mention-improve"' in page
    # The rules for the choices in question, and no others.
    assert "So-so, or only facts" in page
    assert "Wants to buy" not in page
