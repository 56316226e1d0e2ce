"""What people or rules hide in a joined text stays hidden: in it and where it came from."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from reviews import redacting
from reviews.models import Doubt, Review, TextRevision
from reviews.selectors.policies import policy_of
from reviews.services import lists
from reviews.services.doubts import doubt_add, doubt_reject, personal_data_report
from reviews.services.redacting_stored import Counts, redact_source
from tests.reviews.test_follow_ups import FIRST, LAST, LATER, rows_in, texts

pytestmark = pytest.mark.django_db
__all__ = ["rows_in"]

NAME = "暗号七"
NAMED = {**LATER, "text": f"{NAME}说漏水了，打13655512345"}


def joined() -> TextRevision:
    return TextRevision.objects.get(review__external_id="1", is_current=True)


def say_so(how: str, cast: SimpleNamespace, words: str) -> None:
    revision = joined()
    if how == "added":
        doubt_add(actor=cast.pia, revision=revision, words=words, type="PERSON")
        return
    start = revision.text.index(words)
    personal_data_report(
        actor=cast.ann, revision=revision, start=start, end=start + len(words), type="PERSON"
    )


def shown(doubt: Doubt) -> str:
    return doubt.revision.text[doubt.start : doubt.end]


@pytest.mark.parametrize("how", ["added", "reported"])
def test_words_below_the_first_go_from_both_texts_and_stay_gone(
    how: str, rows_in: Any, cast: SimpleNamespace
) -> None:
    rows_in(FIRST, NAMED, LAST)
    say_so(how, cast, NAME)
    hidden = "[PERSON_1]说漏水了，打[PHONE_1]"
    assert texts()["2"] == hidden
    assert texts()["1"] == (
        "盖子很紧，电话[PHONE_1]\n[PERSON_1]说漏水了，打[PHONE_2]\n现在彻底坏了"
    )
    [doubt] = Doubt.objects.all()
    assert (doubt.review.external_id, shown(doubt)) == ("2", "[PERSON_1]")
    assert doubt.revision.is_current
    rows_in({**NAMED, "text": f"{NAMED['text']}，{NAME}"})
    assert not TextRevision.objects.filter(is_current=True, text__contains=NAME).exists()


def test_words_in_both_parts_go_from_both_and_come_back_where_they_are_rejected(
    rows_in: Any, cast: SimpleNamespace
) -> None:
    rows_in({**FIRST, "text": f"{NAME}家的盖子"}, NAMED)
    say_so("reported", cast, NAME)
    assert texts() == {
        "1": "[PERSON_1]家的盖子\n[PERSON_2]说漏水了，打[PHONE_1]",
        "2": "[PERSON_1]说漏水了，打[PHONE_1]",
    }
    doubts = list(Doubt.objects.order_by("pk"))
    assert [(one.review.external_id, shown(one)) for one in doubts] == [
        ("1", "[PERSON_1]"),
        ("2", "[PERSON_1]"),
    ]
    doubt_reject(actor=cast.pia, doubt=doubts[1], reason="a test")
    assert texts()["2"] == f"{NAME}说漏水了，打[PHONE_1]"
    # Below the first it waits for the answer about the whole of that text.
    assert texts()["1"] == "[PERSON_1]家的盖子\n[PERSON_2]说漏水了，打[PHONE_1]"
    first = Doubt.objects.select_related("revision", "review").get(pk=doubts[0].pk)
    doubt_reject(actor=cast.pia, doubt=first, reason="a test")
    assert texts()["1"] == f"{NAME}家的盖子\n{texts()['2']}"


def test_words_that_a_follow_up_repeats_do_not_come_back_with_it(
    rows_in: Any, cast: SimpleNamespace
) -> None:
    # The shop sends the first words along with the new ones.
    rows_in({**FIRST, "text": f"{NAME}家的盖子"}, {**LATER, "text": f"{NAME}家的盖子，漏水"})
    say_so("added", cast, NAME)
    assert texts()["1"] == "[PERSON_1]家的盖子\n，漏水"
    assert NAME not in texts()["2"]


def test_words_that_reach_over_the_joint_go_from_both_sides(
    rows_in: Any, cast: SimpleNamespace
) -> None:
    rows_in({**FIRST, "text": f"盖子来自{NAME}"}, {**LATER, "text": f"{NAME}八说漏水"})
    say_so("reported", cast, f"{NAME}\n{NAME}八")
    assert not TextRevision.objects.filter(is_current=True, text__contains=NAME).exists()


def test_what_is_found_in_the_joined_text_alone_goes_from_where_it_came_from(
    rows_in: Any, cast: SimpleNamespace
) -> None:
    rows_in(FIRST, LATER)
    review = Review.objects.select_related("source").get(external_id="1")
    lists.values_add(
        actor=None, stores=[cast.lanting], kind="deny", values=["漏水"], type="ORDER_NO"
    )
    stamp = policy_of(review.source).stamp(redacting.redactor_version())
    TextRevision.objects.filter(review__external_id="2").update(redactor_version=stamp)
    TextRevision.objects.filter(review=review).update(redactor_version="2020.1")
    redact_source(
        actor=cast.max, source=review.source, everything=False, after=0, counts=Counts(),
        done=lambda pk: None,
    )  # fmt: skip
    assert texts() == {
        "1": "盖子很紧，电话[PHONE_1]\n一个月后[ORDER_NO_1]了，打[PHONE_2]",
        "2": "一个月后[ORDER_NO_1]了，打[PHONE_1]",
    }
