from __future__ import annotations

import numpy as np
import pytest

from modelops.ml import mentions
from modelops.ml.mentions import IGNORED
from modelops.ml.spec import MentionSpec
from modelops.ml.tokens import Encoded

SPEC = MentionSpec()


def tokens(*places: tuple[int, int]) -> Encoded:
    """Tokens at these places, between two special ones."""
    starts = np.array([-1, *(s for s, _ in places), -1])
    ends = np.array([-1, *(e for _, e in places), -1])
    return Encoded(np.arange(len(starts)), starts, ends, truncated=False)


def round_trip(text: str, item: Encoded, marks: list[tuple[int, int, str, str]]) -> list:
    tags, scopes = mentions.encode(item, marks, SPEC)
    tag_logits = 10.0 * np.eye(len(SPEC.tags), dtype=np.float32)[np.maximum(tags, 0)]
    scope_logits = 10.0 * np.eye(len(SPEC.scopes), dtype=np.float32)[np.maximum(scopes, 0)]
    found = mentions.decode(text, item, tag_logits, scope_logits, SPEC)
    return [(m.start, m.end, m.kind, m.scope) for m in found]


def test_spans_survive_the_way_to_tags_and_back() -> None:
    marks = [(0, 2, "issue", "product"), (2, 4, "issue", "price"), (5, 7, "keep", "service")]
    item = tokens((0, 1), (1, 2), (2, 4), (4, 5), (5, 7))
    assert round_trip("续航价格很客服", item, marks) == marks


def test_texts_nobody_marked_give_no_loss() -> None:
    tags, scopes = mentions.encode(tokens((0, 2)), None, SPEC)
    assert set(tags) == {IGNORED}
    assert set(scopes) == {IGNORED}


def test_texts_without_mentions_teach_outside() -> None:
    tags, _ = mentions.encode(tokens((0, 2)), [], SPEC)
    assert tags.tolist() == [IGNORED, 0, IGNORED]


def test_a_span_smaller_than_its_token_takes_it() -> None:
    tags, _ = mentions.encode(tokens((0, 5), (5, 6)), [(1, 2, "add", "other")], SPEC)
    assert SPEC.tags[tags[1]] == "B-add"


def test_a_span_past_the_cut_of_a_long_text_is_left_out() -> None:
    tags, _ = mentions.encode(tokens((0, 2)), [(50, 52, "add", "other")], SPEC)
    assert tags.tolist() == [IGNORED, 0, IGNORED]


def test_latin_words_come_whole_and_edge_punctuation_goes() -> None:
    text = "the charger, ok"
    item = tokens((0, 3), (4, 8), (8, 12), (13, 15))
    marks = [(4, 8, "issue", "product")]
    assert round_trip(text, item, marks) == [(4, 11, "issue", "product")]


def test_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(ValueError, match="tuple"):
        mentions.encode(tokens((0, 2)), [(0, 2, "love", "product")], SPEC)
