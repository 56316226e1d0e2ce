"""Text to token ids and back to places in the text; the same code in training and in serving."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from privacy.redaction.spans import TYPES

Ints = npt.NDArray[np.int64]

# No piece of a review is this long on average: text past max_len times this is cut unread, so
# that a pasted book costs no more than a page.
_CHARS_PER_TOKEN = 40
_SURROGATE = re.compile("[\ud800-\udfff]")
# With the number that redaction gives, or in a style without one.
# In every style a policy can ask for.
_PLACEHOLDER = re.compile(
    rf"\[(?:{'|'.join(sorted(TYPES))})(?:_[1-9][0-9]{{0,3}})?\]|\[\*\*\*\]|█++"
)
_FIRST_CJK = 0x2E80  # code points from here on belong to scripts without spaces between words
_CHARS_KEPT = 4  # characters kept per token of the longest text


@dataclass(frozen=True, slots=True)
class Encoded:
    """One text as tokens.

    `ids` [T]; `starts`, `ends` [T]: code points of the text without the prefix, white space at
    both ends left out; -1 for special tokens and for the prefix. `truncated`: the end was cut.
    `chars` [C]: see `characters`.
    """

    ids: Ints
    starts: Ints
    ends: Ints
    truncated: bool
    chars: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    def __len__(self) -> int:
        return len(self.ids)


def characters(text: str, most: int) -> Ints:
    """Code points of Han and its like, at most `most`; one 0 for each run of anything else.

    Pieces of SentencePiece are longer than the words that decide in Chinese; single characters
    and their neighbours are not.
    """
    found: list[int] = []
    for char in unicodedata.normalize("NFKC", text[: most * 2]):
        if ord(char) >= _FIRST_CJK:
            found.append(ord(char))
        elif found and found[-1]:
            found.append(0)
    return np.array(found[:most], np.int64)


def without_placeholders(text: str) -> str:
    """Spaces in the place of [PHONE_1] and its like; length and offsets stay.

    That somebody left a telephone number says nothing about mood or wishes, but a model that sees
    the placeholder learns which way the few labelled texts with one happened to lean.
    """
    if "[" not in text:
        return text
    return _PLACEHOLDER.sub(lambda match: " " * len(match.group()), text)


class TextTokenizer:
    """A tokenizer.json with a prefix and a length limit. Thread-safe: no state changes.

    `blanks`: read texts `without_placeholders`; False only for models trained before that.
    """

    def __init__(
        self, file: Path, prefix: str, max_len: int, pad_id: int, *, blanks: bool = True
    ) -> None:
        self._tokenizer = Tokenizer.from_file(str(file))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        # SentencePiece puts a space before every text; as a token of its own it points at the
        # first character, which belongs to the next token.
        self._blank = self._tokenizer.token_to_id("\u2581")
        self.prefix = prefix
        self.max_len = max_len
        self.pad_id = pad_id
        self._blanks = blanks

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Tokens of every text, cut to `max_len` with the closing special token kept."""
        limit = self.max_len * _CHARS_PER_TOKEN
        out = []
        for text in texts:
            # One by one: encode_batch starts a thread pool that does not survive a fork, and
            # workers fork. Half a surrogate pair is no text; the stand-in has the same length.
            if self._blanks:
                text = without_placeholders(text)
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
            if not is_special and end > start and ids[at] != self._blank:
                starts[at], ends[at] = start, end
        chars = characters(text, self.max_len * _CHARS_KEPT)
        return Encoded(np.array(ids, np.int64), starts, ends, truncated, chars)


def pad(batch: Sequence[Encoded], pad_id: int) -> tuple[Ints, Ints]:
    """(input_ids, attention_mask), both [B, T] with T the longest of the batch."""
    width = max(len(item) for item in batch)
    ids = np.full((len(batch), width), pad_id, np.int64)
    mask = np.zeros((len(batch), width), np.int64)
    for row, item in enumerate(batch):
        ids[row, : len(item)] = item.ids
        mask[row, : len(item)] = 1
    return ids, mask


def pad_chars(batch: Sequence[Encoded]) -> Ints:
    """`chars` of a batch, [B, C] with C the longest (at least 1), padded with 0."""
    out = np.zeros((len(batch), max(1, *(len(item.chars) for item in batch), 1)), np.int64)
    for row, item in enumerate(batch):
        out[row, : len(item.chars)] = item.chars
    return out


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
