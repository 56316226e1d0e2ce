"""What a format is: how it is read and written, and what it has no place for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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


Choices = Mapping[str, Sequence[str]]
"""The choices of each question that is asked here, in order: houses change them."""

Read = Callable[[Path, Reading], Iterator[Record | Trouble]]
Write = Callable[[Iterable[Record], BinaryIO, Choices], None]
"""Records come by review. All that one holds goes along, in a place that the tool keeps or not."""


@dataclass(frozen=True, slots=True)
class Format:
    """`media`: the type of its files. Reading raises UnreadableLabels."""

    key: str
    ending: str
    media: str
    read: Read
    write: Write
