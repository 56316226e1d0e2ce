from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reviews.marking import pieces


def test_mentions_and_placeholders_are_told_apart() -> None:
    found = pieces("打[PHONE_1]找盖子", [(11, 13, "issue")])
    assert [(p.text, p.kind, p.placeholder) for p in found] == [
        ("打", "", False),
        ("[PHONE_1]", "", True),
        ("找", "", False),
        ("盖子", "issue", False),
    ]


def test_where_two_mentions_overlap_both_are_named() -> None:
    found = pieces("abcdef", [(0, 4, "praise"), (2, 6, "issue")])
    assert [(p.text, p.kinds) for p in found] == [
        ("ab", ("praise",)),
        ("cd", ("praise", "issue")),
        ("ef", ("issue",)),
    ]


@given(
    st.text(max_size=40),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.sampled_from(["praise", "add"]))),
)
def test_the_pieces_always_join_to_the_text(text: str, spans: list[tuple[int, int, str]]) -> None:
    assert "".join(piece.text for piece in pieces(text, spans)) == text
