"""A text cut into pieces for a page: what is marked in it, and where personal data stood."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from privacy.styles import placeholders_in


@dataclass(frozen=True, slots=True)
class Piece:
    """`kinds`: the kinds of mention that cover it, in order; `placeholder`: it stands for data."""

    text: str
    kinds: tuple[str, ...] = ()
    placeholder: bool = False

    @property
    def kind(self) -> str:
        return self.kinds[0] if self.kinds else ""


def pieces(text: str, spans: Iterable[tuple[int, int, str]] = ()) -> list[Piece]:
    """`text` in pieces that join to it again. `spans` are (start, end, kind) in code points.

    Spans may overlap and may reach past the text; what lies outside is not shown.
    """
    marked = [
        (max(0, start), min(end, len(text)), kind)
        for start, end, kind in spans
        if start < end and start < len(text)
    ]
    held = [(one.start, one.end) for one in placeholders_in(text)]
    edges = {0, len(text)}
    edges |= {edge for start, end, _ in marked for edge in (start, end)}
    edges |= {edge for span in held for edge in span}
    places = sorted(edges)
    found = []
    for start, end in pairwise(places):
        kinds = dict.fromkeys(kind for a, b, kind in marked if a <= start and end <= b)
        inside = any(a <= start and end <= b for a, b in held)
        found.append(Piece(text[start:end], tuple(kinds), inside))
    return found
