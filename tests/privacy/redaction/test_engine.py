"""The engine's own rules: numbering, placeholders in the text, lists, overlaps, secrecy."""

from __future__ import annotations

import pytest

from privacy.redaction.engine import TYPES, OffsetMap, Redactor, Span
from privacy.redaction.overlaps import resolve

REDACTOR = Redactor()


def test_one_value_keeps_one_number_however_it_is_written() -> None:
    text = "打13912345678或 +86 139-1234-5678，别打一三九一二三四五六七八，打13712345678"
    assert REDACTOR.redact(text).text == "打[PHONE_1]或 [PHONE_1]，别打[PHONE_1]，打[PHONE_2]"


def test_it_counts_on_after_the_placeholders_already_there() -> None:
    done = REDACTOR.redact("原来的[PHONE_3]和[EMAIL_1]，现在13912345678")
    assert done.text == "原来的[PHONE_3]和[EMAIL_1]，现在[PHONE_4]"


def test_a_number_dressed_as_a_placeholder_is_no_hiding_place() -> None:
    assert "13912345678" not in REDACTOR.redact("打[PHONE_13912345678]").text


def test_offsets_count_code_points() -> None:
    text = "😂🐧 电话13912345678"
    (span,) = REDACTOR.find(text)
    assert text[span.start : span.end] == "13912345678"


def test_only_the_wanted_types_are_looked_for() -> None:
    done = Redactor(types={"EMAIL"}).redact("anna@mail.com 13912345678")
    assert done.text == "[EMAIL_1] 13912345678"


def test_allowed_values_stay_and_known_ones_go() -> None:
    redactor = Redactor(allow=["ＡＮＮＡ@mail.com"], deny={"王老五": "PERSON", "ZX-77": "ORDER_NO"})
    done = redactor.redact("anna@mail.com，王老五说zx-77没到，zx-778到了")
    assert done.text == "anna@mail.com，[PERSON_1]说[ORDER_NO_1]没到，zx-778到了"


def test_known_values_win_over_longer_findings() -> None:
    redactor = Redactor(deny={"anna": "PERSON"})
    assert redactor.redact("write anna@mail.com").text == "write [PERSON_1]@[EMAIL_1]"


@pytest.mark.parametrize(
    "arguments", [{"types": {"PHONES"}}, {"deny": {"x y": "NAME"}}, {"deny": {"a": "PERSON"}}]
)
def test_wrong_settings_are_refused(arguments: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"unknown type|at least two"):
        Redactor(**arguments)  # type: ignore[arg-type]


def test_the_longer_finding_wins_and_the_rest_of_the_loser_stays_covered() -> None:
    text = "abcdefghij klm"
    long, short = Span(0, 10, "EMAIL", 0.7, "a"), Span(8, 14, "PHONE", 0.9, "b")
    assert resolve([short, long], text) == (long, Span(11, 14, "PHONE", 0.9, "b"))


def test_of_two_equally_long_the_surer_one_wins() -> None:
    sure, weak = Span(0, 4, "WECHAT", 0.9, "a"), Span(0, 4, "PHONE", 0.8, "b")
    assert resolve([weak, sure], "abcd") == (sure,)


def test_nothing_that_gets_printed_holds_a_value() -> None:
    done = Redactor(types={"PHONE"}).redact("anna@mail.com 13912345678")
    assert "anna" not in repr(done)
    assert "1391" not in repr(done)


@pytest.mark.parametrize(
    "pieces", [[[5, 3, 5, 9]], [[0, 3, 1, 4]], [[0, 3, 0, 9], [1, 5, 9, 12]], [[0]]]
)
def test_a_broken_offset_map_is_refused(pieces: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="offset map"):
        OffsetMap.from_list(pieces)


def test_an_empty_span_is_mapped_unless_it_is_inside() -> None:
    mapping = OffsetMap.from_list([[2, 5, 2, 11]])
    assert mapping.to_redacted(2, 2) == (2, 2)
    assert mapping.to_redacted(3, 3) is None
    assert mapping.to_redacted(5, 5) == (11, 11)
    assert mapping.to_original(5, 5) == (2, 5)
    with pytest.raises(ValueError, match="start <= end"):
        mapping.to_redacted(3, 2)


def test_every_type_has_a_recogniser() -> None:
    from privacy.redaction.recognisers import RECOGNISERS

    assert {rule.type for rule in RECOGNISERS} == TYPES
