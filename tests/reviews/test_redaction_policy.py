"""What a source's policy does to what comes in, and what it leaves of a person."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import connection

from reviews.models import Doubt, ListedValue
from reviews.selectors.policies import lists_open, policy_of
from reviews.services.lists import BadValue, value_remove, values_add
from reviews.services.policies import policy_save
from tests.reviews.redaction_shop import PHONE, bring, current, source, text_of

pytestmark = pytest.mark.django_db

TEXT = f"很好，打我电话{PHONE}，或发 anna@mail.com，还是{PHONE}"


@pytest.mark.parametrize(
    ("style", "stored"),
    [
        ("numbered", "很好，打我电话[PHONE_1]，或发 [EMAIL_1]，还是[PHONE_1]"),
        ("typed", "很好，打我电话[PHONE]，或发 [EMAIL]，还是[PHONE]"),
        ("mask", "很好，打我电话[***]，或发 [***]，还是[***]"),
        ("block", f"很好，打我电话{'█' * 11}，或发 {'█' * 13}，还是{'█' * 11}"),
    ],
)
def test_a_placeholder_shows_as_the_policy_says(
    cast: SimpleNamespace, style: str, stored: str
) -> None:
    [review] = bring(source(cast.lanting, style=style), TEXT)
    assert text_of(review) == stored
    assert current(review).placeholders == 3


def test_a_type_that_the_policy_keeps_stays_and_the_others_go(cast: SimpleNamespace) -> None:
    [review] = bring(source(cast.lanting, kept_types=["EMAIL"]), TEXT)
    assert text_of(review) == "很好，打我电话[PHONE_1]，或发 anna@mail.com，还是[PHONE_1]"


def test_a_changed_policy_holds_for_the_next_import_and_for_its_own_source_only(
    cast: SimpleNamespace,
) -> None:
    shop, other = source(cast.lanting), source(cast.lanting, "other")
    before = policy_of(shop).stamp("v")
    source(cast.lanting, style="typed")
    [mine], [theirs] = bring(shop, TEXT), bring(other, TEXT)
    assert "[PHONE]" in text_of(mine)
    assert "[PHONE_1]" in text_of(theirs)
    assert policy_of(shop).stamp("v") != before == policy_of(other).stamp("v") == "v"
    # A file sent again after the change is redacted anew.
    [again] = bring(other, TEXT, external_id=theirs.external_id)
    assert again.revisions.count() == 1
    source(cast.lanting, "other", style="typed")
    bring(other, TEXT, external_id=theirs.external_id)
    assert "[PHONE]" in text_of(theirs)


def test_what_scores_low_is_replaced_and_waits_where_it_stands(cast: SimpleNamespace) -> None:
    [review] = bring(source(cast.lanting, doubt_below=1.0, style="block"), TEXT)
    doubts = list(Doubt.objects.filter(review=review))
    text = text_of(review)
    assert PHONE not in text
    assert [text[one.start : one.end] for one in doubts] == ["█" * 11, "█" * 13, "█" * 11]
    assert {one.type for one in doubts} == {"PHONE", "EMAIL"}
    assert all(one.rule and one.score is not None and one.score < 1 for one in doubts)
    [calm] = bring(source(cast.lanting, doubt_below=0.0), TEXT)
    assert not calm.doubts.exists()


def test_listed_values_stay_or_go_whatever_their_spelling(cast: SimpleNamespace) -> None:
    shop = source(cast.lanting)
    values_add(actor=cast.pia, stores=[cast.lanting], kind="allow", values=["收货人李宁", "李宁"])
    values_add(
        actor=cast.pia, stores=[cast.lanting], kind="deny", type="PERSON", values=["Plush Q"]
    )
    [one, two] = bring(shop, "收货人：李宁，很好", "my ＰＬＵＳＨ q is soft")
    assert "李宁" in text_of(one)
    assert text_of(two) == "my [PERSON_1] is soft"
    [theirs] = bring(source(cast.northway), "my Plush Q is soft")
    assert "Plush Q" in text_of(theirs)


def test_a_list_that_changed_counts_at_once(cast: SimpleNamespace) -> None:
    shop = source(cast.lanting)
    [entry] = values_add(
        actor=None, stores=[cast.lanting], kind="deny", type="ORDER_NO", values=["QX-77-AB"]
    )
    [before] = bring(shop, "about QX-77-AB again")
    value_remove(actor=cast.pia, entry=entry)
    [after] = bring(shop, "about QX-77-AB again, still")
    assert text_of(before) == "about [ORDER_NO_1] again"
    assert "QX-77-AB" in text_of(after)


def test_a_value_that_always_goes_is_nowhere_readable_in_the_database(
    cast: SimpleNamespace,
) -> None:
    values_add(
        actor=cast.pia, stores=[cast.lanting], kind="deny", type="PERSON", values=["Zebulon Quark"]
    )
    with connection.cursor() as cursor:
        cursor.execute("select v::text from reviews_listedvalue v")
        rows = " ".join(row[0] for row in cursor.fetchall())
        cursor.execute("select a::text from privacy_auditentry a")
        rows += " ".join(row[0] for row in cursor.fetchall())
    for spelling in ("Zebulon Quark", "zebulon", b"Zebulon Quark".hex()):
        assert spelling not in rows
    assert lists_open(cast.lanting.pk)[1] == {"Zebulon Quark": "PERSON"}


def test_a_value_is_on_one_list_once(cast: SimpleNamespace) -> None:
    both = [cast.lanting, cast.northway]
    assert len(values_add(actor=None, stores=both, kind="allow", values=["李宁", " 李宁 "])) == 2
    assert values_add(actor=None, stores=both, kind="allow", values=["李宁"]) == []
    values_add(actor=None, stores=[cast.lanting], kind="deny", type="PERSON", values=["李宁"])
    kinds = ListedValue.objects.order_by("store__key").values_list("store__key", "kind")
    assert list(kinds) == [("lanting", "deny"), ("northway", "allow")]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (["ok", "x" * 201], "too_long"),
        (["a"], "too_short"),
        (["a\x07b"], "control"),
        ([" "], "none"),
    ],
)
def test_a_value_that_cannot_be_listed_is_named_by_its_line(
    cast: SimpleNamespace, values: list[str], code: str
) -> None:
    with pytest.raises(BadValue) as refused:
        values_add(actor=None, stores=[cast.lanting], kind="allow", values=values)
    assert refused.value.code == code
    assert values[-1].strip() not in str(refused.value) or not values[-1].strip()
    assert not ListedValue.objects.exists()


def test_a_policy_that_cannot_be_is_refused_and_a_good_one_leaves_a_trace(
    cast: SimpleNamespace,
) -> None:
    from privacy.models import AuditEntry

    shop = source(cast.lanting)
    good = {"original": "drop", "style": "typed", "kept_types": ["IP"], "doubt_below": 0.5}
    for bad in (
        {"original": "shred"},
        {"style": "pretty"},
        {"kept_types": ["X"]},
        {"doubt_below": 2},
    ):
        with pytest.raises(ValueError):  # noqa: PT011
            policy_save(actor=cast.pia, source=shop, **{**good, **bad})  # type: ignore[arg-type]
    assert not AuditEntry.objects.filter(action="policy.change").exists()
    policy_save(actor=cast.pia, source=shop, **good)  # type: ignore[arg-type]
    trace = AuditEntry.objects.get(action="policy.change")
    assert trace.actor == cast.pia
    assert trace.details["after"]["kept_types"] == ["IP"]
