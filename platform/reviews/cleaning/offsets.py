"""From offsets in the text as it came to offsets in the cleaned one, and back."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# (start, end, what stands there now), in code points of the text before; ends exclusive.
Edit = tuple[int, int, str]
_Piece = tuple[int, int, int, int]


def apply(text: str, edits: Sequence[Edit]) -> str:
    """`text` with `edits` (in order, not overlapping, each replacing something) carried out."""
    pieces = []
    done = 0
    for start, end, instead in edits:
        pieces += [text[done:start], instead]
        done = end
    pieces.append(text[done:])
    return "".join(pieces)


@dataclass(frozen=True, slots=True)
class CleanMap:
    """The changed stretches, in order; between them the text is the same on both sides.

    pieces: (raw_start, raw_end, clean_start, clean_end) in code points, ends exclusive, sorted,
    not overlapping; a clean side of no length is something that went. An empty map is the
    identity. Unlike a map of placeholders, a stretch may have gone altogether.

    Raises ValueError when the pieces are out of order or do not fit together.
    """

    pieces: tuple[_Piece, ...] = ()

    def __post_init__(self) -> None:
        raw_end = clean_end = 0
        for raw, raw_to, clean, clean_to in self.pieces:
            if not raw - raw_end == clean - clean_end >= 0 or raw_to <= raw or clean_to < clean:
                raise ValueError("the pieces of an offset map must be sorted and fit together")
            raw_end, clean_end = raw_to, clean_to

    @classmethod
    def of(cls, edits: Iterable[Edit]) -> CleanMap:
        """The map of one rule's edits."""
        pieces: list[_Piece] = []
        shift = 0
        for start, end, instead in edits:
            pieces.append((start, end, start + shift, start + shift + len(instead)))
            shift += len(instead) - (end - start)
        return cls(tuple(pieces))

    @classmethod
    def from_list(cls, items: Iterable[Sequence[int]]) -> CleanMap:
        """The map that `to_list` gave; raises ValueError on anything else."""
        pieces = []
        for item in items:
            if len(item) != 4 or not all(isinstance(number, int) for number in item):
                raise ValueError("a piece of an offset map is four whole numbers")
            pieces.append((item[0], item[1], item[2], item[3]))
        return cls(tuple(pieces))

    def to_list(self) -> list[list[int]]:
        """Plain lists for JSON: [[raw_start, raw_end, clean_start, clean_end], ...]."""
        return [list(piece) for piece in self.pieces]

    def then(self, edits: Sequence[Edit]) -> CleanMap:
        """This map, and after it `edits` of the text it leads to."""
        if not edits:
            return self
        if not self.pieces:
            return CleanMap.of(edits)
        # Stretches of the text in the middle: (start, end, growth before it, growth after it).
        middle = [
            (clean, clean_to, (raw_to - raw) - (clean_to - clean), 0)
            for raw, raw_to, clean, clean_to in self.pieces
        ]
        middle += [(start, end, 0, len(instead) - (end - start)) for start, end, instead in edits]
        middle.sort()
        pieces: list[_Piece] = []
        raw_shift = clean_shift = 0
        at = 0
        while at < len(middle):
            low, high, raw_growth, clean_growth = middle[at]
            at += 1
            # What overlaps becomes one stretch: of its inside nobody can say what came from what.
            while at < len(middle) and middle[at][0] < high:
                high = max(high, middle[at][1])
                raw_growth += middle[at][2]
                clean_growth += middle[at][3]
                at += 1
            raw_to, clean_to = high + raw_shift + raw_growth, high + clean_shift + clean_growth
            pieces.append((low + raw_shift, raw_to, low + clean_shift, clean_to))
            raw_shift += raw_growth
            clean_shift += clean_growth
        return CleanMap(tuple(pieces))

    def to_clean(self, start: int, end: int) -> tuple[int, int] | None:
        """Where raw[start:end] stands in the cleaned text.

        None when an edge of it lies inside a changed stretch: then there is no such place. What
        was changed between the edges does not matter. Raises ValueError unless 0 <= start <= end.
        """
        _check(start, end)
        low, high = self._across(start, True, 0), self._across(end, False, 0)
        if low is None or high is None or low > high:
            return None
        return low, high

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """Where clean[start:end] came from; a changed stretch it touches counts as a whole.

        Raises ValueError unless 0 <= start <= end.
        """
        _check(start, end)
        low, high = self._across(start, True, 2), self._across(end, False, 2)
        if low is None:
            low = self.pieces[self._inside(start, 2)][0]
        if high is None:
            high = self.pieces[self._inside(end, 2)][1]
        return low, max(low, high)

    def _across(self, place: int, is_start: bool, side: int) -> int | None:
        """`place` of one side (0 raw, 2 clean) on the other; None strictly inside a stretch.

        At the edge of what went, a span's start goes behind it and its end before it.
        """
        if is_start:
            before = bisect_right(self.pieces, place, key=lambda piece: piece[side + 1]) - 1
        else:
            before = bisect_left(self.pieces, place, key=lambda piece: piece[side + 1]) - 1
            following = before + 1
            # A stretch that ends here, and does not lie wholly here, is part of the span.
            if following < len(self.pieces):
                piece = self.pieces[following]
                if piece[side + 1] == place and piece[side] < place:
                    return piece[3 - side]
        following = before + 1
        if following < len(self.pieces):
            piece = self.pieces[following]
            if piece[side] < place < piece[side + 1]:
                return None
        if before < 0:
            return place
        piece = self.pieces[before]
        return place - piece[side + 1] + piece[3 - side]

    def _inside(self, place: int, side: int) -> int:
        return bisect_right(self.pieces, place, key=lambda piece: piece[side + 1])


def _check(start: int, end: int) -> None:
    if not 0 <= start <= end:
        raise ValueError("an offset span needs 0 <= start <= end")
