"""From offsets in the original text to offsets in the redacted one, and back."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """The replaced stretches, in order; between them the text is the same on both sides.

    pieces: (orig_start, orig_end, red_start, red_end) per replaced stretch, in code points,
    ends exclusive, sorted, not overlapping. An empty map is the identity.

    Raises ValueError when the pieces are out of order or do not fit together, so that a map
    read from storage is either right or refused.
    """

    pieces: tuple[tuple[int, int, int, int], ...] = ()

    def __post_init__(self) -> None:
        orig_end = red_end = 0
        for orig, orig_to, red, red_to in self.pieces:
            same_gap = orig - orig_end == red - red_end >= 0
            if not same_gap or orig_to <= orig or red_to <= red:
                raise ValueError("the pieces of an offset map must be sorted and fit together")
            orig_end, red_end = orig_to, red_to

    @classmethod
    def from_list(cls, items: Iterable[Sequence[int]]) -> OffsetMap:
        """The map that `to_list` gave; raises ValueError on anything else."""
        pieces = []
        for item in items:
            if len(item) != 4 or not all(isinstance(n, int) for n in item):
                raise ValueError("a piece of an offset map is four whole numbers")
            pieces.append((item[0], item[1], item[2], item[3]))
        return cls(tuple(pieces))

    def to_list(self) -> list[list[int]]:
        """Plain lists for JSON: [[orig_start, orig_end, red_start, red_end], ...]."""
        return [list(piece) for piece in self.pieces]

    def to_redacted(self, start: int, end: int) -> tuple[int, int] | None:
        """Where original[start:end] stands in the redacted text.

        None when any part of it was replaced (an empty span only when strictly inside).
        Raises ValueError unless 0 <= start <= end.
        """
        _check(start, end)
        # Pieces are sorted, so only the last one that begins before `end` can reach in.
        index = bisect_right(self.pieces, start, key=lambda p: p[0])
        for piece in self.pieces[max(0, index - 1) : index + 1]:
            if _overlaps(start, end, piece[0], piece[1]):
                return None
        shift = self._shift(start, original=True)
        return start + shift, end + shift

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        """Where redacted[start:end] came from; a touched placeholder counts as a whole.

        Raises ValueError unless 0 <= start <= end.
        """
        _check(start, end)
        low = start - self._shift(start, original=False)
        high = end - self._shift(end, original=False)
        for edge, is_start in ((start, True), (end, False)):
            piece = self._placeholder_at(edge, is_start=is_start, empty=start == end)
            if piece is not None and is_start:
                low = piece[0]
            elif piece is not None:
                high = piece[1]
        return low, high

    def _placeholder_at(
        self, position: int, *, is_start: bool, empty: bool
    ) -> tuple[int, int, int, int] | None:
        """The piece whose placeholder a span's edge falls into, if any."""
        index = bisect_right(self.pieces, position, key=lambda p: p[3])
        if not is_start and not empty and index and self.pieces[index - 1][3] == position:
            return self.pieces[index - 1]
        if index == len(self.pieces):
            return None
        piece = self.pieces[index]
        inside = piece[2] < position or (is_start and not empty and piece[2] == position)
        return piece if inside else None

    def _shift(self, position: int, *, original: bool) -> int:
        """redacted - original at a position outside every piece."""
        side = 1 if original else 3
        index = bisect_right(self.pieces, position, key=lambda p: p[side])
        if index == 0:
            return 0
        _, orig_to, _, red_to = self.pieces[index - 1]
        return red_to - orig_to


def _check(start: int, end: int) -> None:
    if not 0 <= start <= end:
        raise ValueError("an offset span needs 0 <= start <= end")


def _overlaps(start: int, end: int, low: int, high: int) -> bool:
    if start == end:
        return low < start < high
    return start < high and low < end
