"""What a format is: how it is read and written, and what it has no place for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from annotation.formats.labels import Labels
from annotation.formats.record import Record, Trouble


@dataclass(frozen=True, slots=True)
class Reading:
    """labels: what labels mean. utf16: spans that do not carry their words count UTF-16 units."""

    labels: Labels
    utf16: bool = False


Read = Callable[[Path, Reading], Iterator[Record | Trouble]]
Write = Callable[[Iterable[Record], BinaryIO], Counter[str]]
"""Records come by review. Returns how often something was left out, by a word of `LOST`."""


@dataclass(frozen=True, slots=True)
class Format:
    """`media`: the type of its files. Reading raises UnreadableLabels."""

    key: str
    ending: str
    media: str
    read: Read
    write: Write
