"""Text to token ids and back to places in the text; the same code in training and in serving."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

Ints = npt.NDArray[np.int64]

# No piece of a review is this long on average: text past max_len times this is cut unread, so
# that a pasted book costs no more than a page.
_CHARS_PER_TOKEN = 40
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Encoded:
    """One text as tokens.

    `ids` [T]; `starts`, `ends` [T]: code points of the text without the prefix, white space at
    both ends left out; -1 for special tokens and for the prefix. `truncated`: the end was cut.
    """

    ids: Ints
    starts: Ints
    ends: Ints
    truncated: bool

    def __len__(self) -> int:
        return len(self.ids)


class TextTokenizer:
    """A tokenizer.json with a prefix and a length limit. Thread-safe: no state changes."""

    def __init__(self, file: Path, prefix: str, max_len: int, pad_id: int) -> None:
        self._tokenizer = Tokenizer.from_file(str(file))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self.prefix = prefix
        self.max_len = max_len
        self.pad_id = pad_id

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Tokens of every text, cut to `max_len` with the closing special token kept."""
        limit = self.max_len * _CHARS_PER_TOKEN
        out = []
        for text in texts:
            # One by one: encode_batch starts a thread pool that does not survive a fork, and
            # workers fork. Half a surrogate pair is no text; the stand-in has the same length.
            clean = _SURROGATE.sub("\ufffd", text[:limit])
            item = self._tokenizer.encode(self.prefix + clean)
            out.append(self._one(text, item.ids, item.offsets, item.special_tokens_mask))
        return out

    def _one(
        self, text: str, ids: list[int], offsets: list[tuple[int, int]], special: list[int]
    ) -> Encoded:
        truncated = len(ids) > self.max_len or len(text) > self.max_len * _CHARS_PER_TOKEN
        if len(ids) > self.max_len:
            cut = self.max_len - 1  # room for the closing special token
            ids, offsets = [*ids[:cut], ids[-1]], [*offsets[:cut], offsets[-1]]
            special = [*special[:cut], special[-1]]
        shift = len(self.prefix)
        starts, ends = np.full(len(ids), -1), np.full(len(ids), -1)
        for at, ((start, end), is_special) in enumerate(zip(offsets, special, strict=True)):
            start, end = max(start - shift, 0), end - shift
            # A piece of SentencePiece owns the space before it; a span must not.
            while start < end and text[start].isspace():
                start += 1
            while end > start and text[end - 1].isspace():
                end -= 1
            if not is_special and end > start:
                starts[at], ends[at] = start, end
        return Encoded(np.array(ids, np.int64), starts, ends, truncated)


def pad(batch: Sequence[Encoded], pad_id: int) -> tuple[Ints, Ints]:
    """(input_ids, attention_mask), both [B, T] with T the longest of the batch."""
    width = max(len(item) for item in batch)
    ids = np.full((len(batch), width), pad_id, np.int64)
    mask = np.zeros((len(batch), width), np.int64)
    for row, item in enumerate(batch):
        ids[row, : len(item)] = item.ids
        mask[row, : len(item)] = 1
    return ids, mask


def batches_by_budget(lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Row numbers in batches of similar length, each of at most `budget` padded tokens.

    A single text longer than the budget makes a batch of its own.
    """
    batches: list[list[int]] = []
    current: list[int] = []
    for row in sorted(range(len(lengths)), key=lambda row: (lengths[row], row)):
        if current and lengths[row] * (len(current) + 1) > budget:  # the newest is the longest
            batches.append(current)
            current = []
        current.append(row)
    return [*batches, current] if current else batches
