"""The page of label quality: its figures, whom they are for, and what it starts."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Store
from annotation.models import Annotation, Assignment, Mention, Question
from annotation.selectors.answer_counts import states_counted
from annotation.selectors.label_quality import (
    QuestionQuality,
    own_agreement,
    pairs_found,
    questions_quality,
    spans_found,
)
from common.models import Job
from privacy.services.retaining import retention_expire
from reviews.models import Review
from tests.annotation.labelled import annotator, batch, labelled
from tests.annotation.test_label_pages import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew(cast: SimpleNamespace) -> SimpleNamespace:
    """Ann and Bea answered 40 reviews each: they agree in Chinese and not in English."""
    into = batch()
    bea = annotator("bea", cast.lanting)
    for at in range(40):
        one = "positive" if at % 4 < 2 else "negative"
        other = one if at % 2 else "neutral"
        labelled(
            into,
            cast.lanting,
            "好用，希望再大一点",
            {cast.ann: {"sentiment": one}, bea: {"sentiment": other}},
            {cast.ann: (3, 9, "improve"), bea: (5, 9, "improve")},
            language="zh" if at % 2 else "en",
        )
    return SimpleNamespace(bea=bea, batch=into)


def sentiment() -> Question:
    return Question.objects.get(key="sentiment", active=True)


def found_of(*stores: Store) -> QuestionQuality:
    [found] = questions_quality([sentiment()], stores)
    return found


def yesterday() -> None:
    """Own figures end with yesterday."""
    Annotation.objects.update(created_at=timezone.now() - timedelta(days=1))


def test_agreement_is_told_by_language_and_week(
    cast: SimpleNamespace, crew: SimpleNamespace
) -> None:
    found = found_of(cast.lanting)
    assert found.overall.items == 40
    assert found.overall.same == pytest.approx(0.5)
    assert found.overall.word == "not_yet"
    languages = dict(found.languages)
    assert languages["zh"].value == 1
    assert languages["en"].value is not None
    assert languages["en"].value < 0
    [(week, one)] = found.weeks
    assert week.weekday() == 0
    assert one == found.overall
    assert found_of(cast.northway).overall.items == 0


def test_labels_no_person_gave_are_kept_apart(cast: SimpleNamespace, crew: SimpleNamespace) -> None:
    Annotation.objects.filter(annotator=crew.bea).update(source="starter")
    people = found_of(cast.lanting)
    assert (people.overall.items, people.overall.value) == (0, None)


def test_pairs_need_twenty_shared_reviews_of_the_last_half_year(
    cast: SimpleNamespace, crew: SimpleNamespace
) -> None:
    [found] = pairs_found([sentiment()], [cast.lanting])
    [pair] = found.listed
    assert {pair.one, pair.other} == {cast.ann, crew.bea}
    assert pair.agreement.items == 40
    assert pair.agreement.low < pair.agreement.value < pair.agreement.high
    assert pairs_found([sentiment()], [cast.northway]) == []
    few = Annotation.objects.filter(annotator=crew.bea).values("pk")[:21]
    Annotation.objects.filter(pk__in=list(few.values_list("pk", flat=True))).delete()
    assert pairs_found([sentiment()], [cast.lanting]) == []


def test_what_is_older_than_half_a_year_is_no_figure_about_a_person(
    cast: SimpleNamespace, crew: SimpleNamespace
) -> None:
    yesterday()
    assert own_agreement(cast.ann).n == 40
    Annotation.objects.update(created_at=timezone.now() - timedelta(days=181))
    assert pairs_found([sentiment()], [cast.lanting]) == []
    assert own_agreement(cast.ann) is None


def test_of_many_pairs_those_who_agree_least_are_listed_first(
    cast: SimpleNamespace, crew: SimpleNamespace
) -> None:
    cal = annotator("cal", cast.lanting)
    for at, review in enumerate(Review.objects.filter(batch_items__batch=crew.batch)):
        said = Annotation.objects.get(revision__review=review, annotator=cast.ann)
        key = "neutral" if at % 4 else said.choice.key
        choice = sentiment().choices.get(key=key)
        said.pk, said.annotator, said.choice = None, cal, choice
        said.save()
    [found] = pairs_found([sentiment()], [cast.lanting], most=1)
    assert found.all == 3
    every = pairs_found([sentiment()], [cast.lanting])[0].listed
    values = [one.agreement.value for one in every]
    assert values == sorted(values)
    assert found.listed == every[:1]


def test_where_reviews_stand(cast: SimpleNamespace, crew: SimpleNamespace) -> None:
    item = crew.batch.items.order_by("pk").last()
    Annotation.objects.filter(item=item).delete()
    assert states_counted([cast.lanting])[sentiment().pk] == {
        "to_settle": 20,
        "done": 19,
        "waiting": 1,
    }
    for person in (cast.ann, crew.bea):
        Assignment.objects.create(
            item=item, annotator=person, state="skipped", skip_reason="spam",
            taken_at=item.added_at, taken_until=item.added_at, ended_at=item.added_at,
        )  # fmt: skip
    assert states_counted([cast.lanting])[sentiment().pk]["left_out"] == 1


def test_marks_that_overlap_are_told_from_those_that_are_the_same(
    cast: SimpleNamespace, crew: SimpleNamespace
) -> None:
    demand = Question.objects.get(key="product_demand", active=True)
    Annotation.objects.update(question=demand, choice=demand.choices.get(key="improve"))
    exact, partly = spans_found([cast.lanting])
    assert (exact.value, partly.value, exact.spans, exact.items) == (0, 1, 80, 40)
    # Praise counts where both were asked for it; here nobody was.
    Mention.objects.filter(annotator=crew.bea).update(kind="praise")
    exact, partly = spans_found([cast.lanting])
    assert (partly.value, partly.spans) == (0, 40)


def test_the_page_says_it_in_words_and_shows_names_to_leads_alone(
    cast: SimpleNamespace, crew: SimpleNamespace
) -> None:
    page = signed_in(cast.max).get(reverse("label-quality")).content.decode()
    assert "not yet" in page
    assert "40 reviews with two answers" in page
    assert "ann · bea" in page
    assert "stored nowhere" in page
    label = reverse("label")
    # What moves with today's answers would tell what the other one said.
    assert "gave the same answer" not in signed_in(cast.ann).get(label).content.decode()
    yesterday()
    mine = signed_in(cast.ann).get(label).content.decode()
    assert "gave the same answer in 50% of 40" in mine
    assert "bea" not in mine


def test_an_empty_page_says_what_to_do(cast: SimpleNamespace) -> None:
    batch()
    page = signed_in(cast.max).get(reverse("label-quality")).content.decode()
    assert "Draw a batch with an overlap of two" in page


def test_a_look_through_the_labels_is_started_once(
    cast: SimpleNamespace, crew: SimpleNamespace
) -> None:
    for _ in range(2):
        answer = signed_in(cast.max).post(reverse("label-quality-check"))
        assert answer.url == reverse("label-quality")
    job = Job.objects.get(kind="check_labels")
    assert job.actor == cast.max
    assert signed_in(cast.ann).post(reverse("label-quality-check")).status_code == 403


def test_how_long_people_took_is_forgotten_after_half_a_year(
    cast: SimpleNamespace, crew: SimpleNamespace
) -> None:
    first = Annotation.objects.order_by("pk").first()
    Annotation.objects.update(seconds_spent=9.5)
    Annotation.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(days=181))
    assert retention_expire(actor=None, data_class="label_times") == 1
    assert Annotation.objects.filter(seconds_spent=None).get() == first
