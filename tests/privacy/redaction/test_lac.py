"""The Chinese tagger's way of reading many texts at once gives what each text gives alone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from privacy.redaction.names.lac import LacTagger, viterbi
from tests.privacy.redaction.test_names import WITH_NAMES, WITHOUT

TAGS = 7


def best_path(
    scores: npt.NDArray[np.float32], moves: npt.NDArray[np.float32]
) -> npt.NDArray[np.int64]:
    """The best path of one text, with every tag at every position."""
    best, back = scores[0], []
    for row in scores[1:]:
        ways = best[:, None] + moves
        back.append(ways.argmax(axis=0))
        best = ways.max(axis=0) + row
    path = [int(best.argmax())]
    for tags in reversed(back):
        path.append(int(tags[path[-1]]))
    return np.array(path[::-1])


@pytest.mark.parametrize("spread", [0.1, 1.0, 5.0])
def test_paths_among_likely_tags_are_the_best_of_all(spread: float) -> None:
    rng = np.random.default_rng(4)
    moves = rng.uniform(-0.2, 0.2, (TAGS, TAGS)).astype(np.float32)
    lengths = rng.integers(1, 30, 40)
    scores = rng.normal(0, spread, (40, 30, TAGS)).astype(np.float32)
    paths = viterbi(scores, moves, lengths)
    for row, length in enumerate(lengths):
        assert (paths[row, :length] == best_path(scores[row, :length], moves)).all()


def test_a_text_is_read_among_longer_ones_as_it_is_alone() -> None:
    tagger = LacTagger()
    texts = [text for text, _ in WITH_NAMES] + WITHOUT
    # Each with others of nearly its own length, which fill up a batch with it.
    texts += [f"{text}很好" for text in texts] + [f"{text}用了三天" for text in texts]
    together = tagger.tag(texts)
    alone = [tagger.tag([text])[0] for text in texts]
    where = [[mark[:2] for mark in marks] for marks in together]
    assert where == [[mark[:2] for mark in marks] for marks in alone]
    for some, others in zip(together, alone, strict=True):
        assert [mark[2] for mark in some] == pytest.approx([mark[2] for mark in others], abs=1e-4)
    assert sum(map(len, together)) >= 30


def test_marks_are_those_of_the_whole_path_although_little_of_it_is_looked_for() -> None:
    tagger = LacTagger()
    for text, names in WITH_NAMES[:4]:
        line = f"屏幕清晰，{text}，外观漂亮。" * 3
        lengths = np.array([len(line)])
        scores = tagger._scores([line], lengths)
        path = best_path(scores[0], tagger._moves)
        first, inside = tagger._best(scores, lengths)
        begins = np.isin(path, tagger._person)
        assert (first[0] == begins).all(), names
        for start in np.flatnonzero(begins):
            end = start + 1
            while end < len(line) and path[end] in tagger._inside:
                end += 1
            assert inside[0, start + 1 : end].all(), names
            assert end == len(line) or not inside[0, end], names
