"""Every place of a cleaned text leads back to the text as it came."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.cleaning.offsets import CleanMap
from reviews.cleaning.text import TEXT_RULES, clean, run, trace

MESSY = "<p>ＶＩＰ&nbsp;用户\u200b：盖子漏水！！！！！<br>电话 １３８ ﬁne\u202e</p>  "
# Pieces that every rule has something to do with, put together at random.
PIECES = st.sampled_from(
    [
        "盖子",
        "漏水",
        "ok",
        "ＡＢ",
        "ﬁ",
        "！！！！！",
        "<b>",
        "</p>",
        "<br>",
        "&amp;",
        "&#39;",
        "\u200b",
        "\u202e",
        "\x07",
        "\x00",
        "  ",
        "\n\n",
        "\t",
        "e\u0301",
        "ﾊﾞ",
        "👨\u200d👩",
        "①",
        "\ufeff",
        " ",
        ".....",
        "한",
    ]
)
TEXTS = st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=30)


@given(TEXTS)
def test_tracing_changes_nothing_of_what_cleaning_does(raw: str) -> None:
    assert trace(raw)[0] == run(raw)


@given(TEXTS)
def test_between_changes_both_texts_are_the_same(raw: str) -> None:
    cleaned, way = trace(raw)
    raw_at = clean_at = 0
    for raw_start, raw_end, clean_start, clean_end in [
        *way.pieces,
        (len(raw), len(raw), len(cleaned.text), len(cleaned.text)),
    ]:
        assert raw[raw_at:raw_start] == cleaned.text[clean_at:clean_start]
        raw_at, clean_at = raw_end, clean_end


@given(TEXTS, st.data())
def test_a_span_found_in_the_clean_text_is_the_same_words_in_the_raw_one(
    raw: str, data: st.DataObject
) -> None:
    cleaned, way = trace(raw)
    end = data.draw(st.integers(0, len(cleaned.text)))
    start = data.draw(st.integers(0, end))
    low, high = way.to_raw(start, end)
    assert 0 <= low <= high <= len(raw)
    # What is cut out of the raw text holds every clean character of the span.
    again = way.to_clean(low, high)
    if again is not None and start < end:
        assert again[0] <= start
        assert again[1] >= end


def test_words_are_found_where_they_stood() -> None:
    cleaned, way = trace(MESSY)
    assert cleaned.text == "VIP 用户：盖子漏水！！！\n电话 138 fine"
    for words, was in (
        ("漏水", "漏水"),
        ("138", "１３８"),
        ("VIP", "ＶＩＰ"),
        ("！！！", "！！！！！"),
    ):
        start = cleaned.text.index(words)
        low, high = way.to_raw(start, start + len(words))
        assert MESSY[low:high] == was
    assert way.to_clean(MESSY.index("盖子"), MESSY.index("盖子") + 2) == (7, 9)
    assert way.to_clean(1, 2) is None  # inside of a tag that went


def test_a_map_that_was_stored_is_read_or_refused() -> None:
    way = trace(MESSY)[1]
    assert CleanMap.from_list(way.to_list()) == way
    for broken in ([[0, 1, 5, 6]], [[3, 3, 3, 4]], [[4, 5, 4, 5], [0, 1, 0, 1]], [[1, 2, 3]]):
        with pytest.raises(ValueError, match="offset map"):
            CleanMap.from_list(broken)


@pytest.mark.parametrize("key", sorted({key for key, _ in TEXT_RULES}))
def test_a_rule_that_is_off_leaves_its_kind_of_mess_and_cleans_the_others(key: str) -> None:
    mess = {
        "html_tags": "a <b>b</b>",
        "html_entities": "a &amp; b",
        "direction_marks": "a\u202eb",
        "control_characters": "a\x07b",
        "zero_width": "a\u200bb",
        "compatible_forms": "ＡＢ",
        "repeated_punctuation": "a!!!!!!",
        "white_space": "a   b",
    }[key]
    assert run(mess, frozenset({key})).text == mess
    assert run(mess).rules == (key,) or key == "html_tags"  # a tag leaves spaces behind
    assert run(mess).text != mess


@pytest.mark.parametrize(
    "text",
    [
        "👨\u200d👩\u200d👧",
        "❤️\u200d🔥",
        "1️⃣",
        "㊗️",
        "🈚",
        "🏴\U000e0067\U000e0062\U000e007f",
        "🇨🇳",
        "👍🏽",
        "\U0001fae8",
    ],
)
def test_emoji_stay_as_they_are(text: str) -> None:
    assert clean(f"好 {text}") == f"好 {text}"


def test_what_no_database_holds_goes_whatever_is_switched_off() -> None:
    off = frozenset(key for key, _ in TEXT_RULES)
    assert run("a\x00b", off).text == "ab"
