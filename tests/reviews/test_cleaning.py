from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.cleaning.rules import is_default_text, is_incentivised
from reviews.cleaning.text import clean
from reviews.language import detect
from reviews.search_vector import lexemes

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("Ｈｅｌｌｏ １２３", "Hello 123"),
        ("很好，不错！", "很好，不错！"),
        ("Tom &amp; Jerry&#39;s", "Tom & Jerry's"),
        ("<p>好用<br/>推荐</p>", "好用\n推荐"),
        ("a < b and b > c", "a < b and b > c"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("\u202eevil\u202c", "evil"),
        (f"family {FAMILY}", f"family {FAMILY}"),
        ("a\x00b\x07c", "abc"),
        ("  two   spaces \n\n\n lines ", "two spaces\nlines"),
        ("ﬁne", "fine"),
    ],
)
def test_a_text_is_cleaned_to_what_a_person_would_read(raw: str, wanted: str) -> None:
    assert clean(raw) == wanted


@given(st.text())
def test_cleaning_twice_changes_nothing_more(raw: str) -> None:
    # Markup that was escaped becomes visible text once and must not be stripped the second time
    # round in an import, where a text is cleaned once; so it is not part of this property.
    once = clean(raw.replace("&", "").replace("<", ""))
    assert clean(once) == once


@pytest.mark.parametrize(
    "text", ["此用户没有填写评价。", "系统默认好评！", "The customer didn't leave a comment."]
)
def test_default_texts_are_known(text: str) -> None:
    assert is_default_text(text)


@pytest.mark.parametrize("text", ["好评", "默认发的顺丰，好评", "I didn't leave a comment before"])
def test_short_texts_of_people_are_no_default_texts(text: str) -> None:
    assert not is_default_text(text)


def test_paid_praise_is_marked() -> None:
    assert is_incentivised("好评返现三块，真香")
    assert not is_incentivised("返修了一次，好评")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("好评", "zh"),
        ("这个 iPhone case 真的 yyds", "zh"),
        ("meh.", "en"),
        ("love it 好用", "en"),
        ("The 电饭煲 is great and I would definitely recommend it", "en"),
        ("Très bien, je suis très content de cet achat", "other"),
        ("とても良いです、気に入りました", "other"),
        ("👍👍👍", "other"),
    ],
)
def test_the_language_is_the_one_that_carries_the_text(text: str, language: str) -> None:
    assert detect(text) == language


def test_two_character_words_are_found_in_chinese() -> None:
    assert "快充" in lexemes("支持快充很好")
    assert "iphone15" in lexemes("iPhone15 Pro")
