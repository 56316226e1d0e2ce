"""What holds for any text: offsets, numbering, no overlap, and a second pass changes nothing."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from privacy.redaction.engine import OffsetMap, Redactor
from tests.privacy.redaction import tables_numbers, tables_words

REDACTOR = Redactor()
SAMPLES = sorted(
    text.replace("«", "").replace("»", "")
    for module in (tables_numbers, tables_words)
    for name, table in vars(module).items()
    if name.isupper()
    for text in table
)
PIECES = st.one_of(
    st.sampled_from(SAMPLES),
    st.text("0123456789 -.+@()[]_:，。：一二三幺电话微信号qv加订单卡abX\n", max_size=24),
    st.sampled_from(["[PHONE_1]", "[EMAIL_7]", "[PERSON_", "_3]", "[phone_1]", "13912345678"]),
    st.text(max_size=8),
)
TEXTS = st.lists(PIECES, max_size=5).flatmap(
    lambda parts: st.sampled_from(["", " ", "，", ". "]).map(lambda glue: glue.join(parts))
)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_a_second_pass_changes_nothing(text: str) -> None:
    once = REDACTOR.redact(text).text
    again = REDACTOR.redact(once)
    assert again.text == once
    assert again.spans == ()


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_spans_are_sorted_apart_and_inside_the_text(text: str) -> None:
    spans = REDACTOR.find(text)
    position = 0
    for span in spans:
        assert position <= span.start < span.end <= len(text)
        assert 0 <= span.score <= 1
        position = span.end


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_offsets_outside_the_spans_go_there_and_back(text: str) -> None:
    done = REDACTOR.redact(text)
    stored = OffsetMap.from_list(json.loads(json.dumps(done.offset_map.to_list())))
    assert stored == done.offset_map
    covered = {i for span in done.spans for i in range(span.start, span.end)}
    for i, char in enumerate(text):
        there = stored.to_redacted(i, i + 1)
        assert (there is None) == (i in covered)
        if there is not None:
            assert done.text[there[0] : there[1]] == char
            assert stored.to_original(*there) == (i, i + 1)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_a_placeholder_leads_back_to_the_whole_of_its_value(text: str) -> None:
    done = REDACTOR.redact(text)
    for span, piece in zip(done.spans, done.offset_map.pieces, strict=True):
        whole = (span.start, span.end)
        assert piece[:2] == whole
        for i in range(piece[2], piece[3]):
            assert done.offset_map.to_original(i, i + 1) == whole
        assert done.offset_map.to_original(piece[2], piece[3]) == whole
        assert done.offset_map.to_original(0, len(done.text)) == (0, len(text))


@settings(max_examples=150, deadline=None)
@given(st.lists(TEXTS, max_size=4))
def test_many_texts_at_once_give_what_each_gives_alone(texts: list[str]) -> None:
    assert REDACTOR.redact_many(texts) == [REDACTOR.redact(text) for text in texts]
