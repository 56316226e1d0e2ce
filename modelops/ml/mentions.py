"""Mentions between two forms: spans of a text, and BIO tags of its tokens. numpy only.

BIO (Ramshaw and Marcus 1995, "Text Chunking using Transformation-Based Learning"): `B-kind` opens
a span, `I-kind` continues it, `O` is outside. The scope of a span is a choice of its own, read
from the tokens of the span together.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from .spec import MentionSpan, MentionSpec
from .tokens import Encoded, Ints

IGNORED = -100  # label of a token that no loss is taken of (torch's default ignore_index)


def encode(
    item: Encoded, mentions: Sequence[tuple[int, int, str, str]] | None, spec: MentionSpec
) -> tuple[Ints, Ints]:
    """(tag of every token [T], scope of every token [T]); IGNORED where nothing is to be learned.

    `mentions` None = not annotated: everything is IGNORED. A token is part of a span when more
    than half of it is; a span smaller than that takes the token it shares most with. Raises
    ValueError for a kind or scope that the spec does not have.
    """
    tags, scopes = np.full(len(item), IGNORED), np.full(len(item), IGNORED)
    if mentions is None:
        return tags, scopes
    real = item.starts >= 0
    tags[real] = 0
    for start, end, kind, scope in sorted(mentions):
        shared = np.minimum(item.ends, end) - np.maximum(item.starts, start)
        shared = np.where(real, shared, 0)
        inside = np.flatnonzero(2 * shared > item.ends - item.starts)
        if not len(inside):
            if shared.max(initial=0) <= 0:  # past the cut of a long text
                continue
            inside = np.array([shared.argmax()])
        tags[inside] = 2 + 2 * spec.kinds.index(kind)
        tags[inside[0]] = 1 + 2 * spec.kinds.index(kind)
        scopes[inside] = spec.scopes.index(scope)
    return tags, scopes


def decode(
    text: str,
    item: Encoded,
    tag_logits: npt.NDArray[np.float32],
    scope_logits: npt.NDArray[np.float32],
    spec: MentionSpec,
) -> list[MentionSpan]:
    """Spans of the text from token scores [T, 1 + 2 kinds] and [T, scopes]; none overlap.

    Three thoughts on robustness: the kind of a token is the best of its B and I together against
    O; the pieces of one Latin word vote together; and `I` after a token of another kind opens a
    span (a wrong `B` is the commonest slip).
    """
    probs = softmax(tag_logits)
    by_kind = np.concatenate([probs[:, :1], probs[:, 1::2] + probs[:, 2::2]], axis=1)
    opens = probs[:, 1::2] > probs[:, 2::2]
    for word in _words(text, item):
        by_kind[word] = by_kind[word].mean(axis=0)
        opens[word[1:]] = False
    best = by_kind.argmax(axis=1)
    spans: list[list[int]] = []
    for at in range(len(item)):
        if item.starts[at] < 0 or best[at] == 0:
            continue
        kind = int(best[at])
        if spans and spans[-1][-1] == at - 1 and best[at - 1] == kind and not opens[at, kind - 1]:
            spans[-1].append(at)
        else:
            spans.append([at])
    return [
        _span(text, item, tokens, by_kind, softmax(scope_logits[tokens].mean(axis=0)), spec)
        for tokens in spans
    ]


def _words(text: str, item: Encoded) -> list[list[int]]:
    """Tokens that are pieces of one Latin word, as lists of two and more."""
    out: list[list[int]] = []
    for at in range(1, len(item)):
        start, end = int(item.starts[at]), int(item.ends[at - 1])
        if start != end or start < 1 or not (_in_word(text[start]) and _in_word(text[start - 1])):
            continue
        if out and out[-1][-1] == at - 1:
            out[-1].append(at)
        else:
            out.append([at - 1, at])
    return out


def _in_word(char: str) -> bool:
    """Whether a character belongs to a word in Latin letters or to a number, in any width."""
    return char.isalnum() and unicodedata.normalize("NFKD", char)[0].isascii()


def _span(
    text: str,
    item: Encoded,
    tokens: list[int],
    by_kind: npt.NDArray[np.float32],
    scopes: npt.NDArray[np.float32],
    spec: MentionSpec,
) -> MentionSpan:
    kind = int(by_kind[tokens[0]].argmax())
    start, end = _whole(text, int(item.starts[tokens[0]]), int(item.ends[tokens[-1]]))
    score = float(by_kind[tokens, kind].mean())
    return MentionSpan(start, end, spec.kinds[kind - 1], spec.scopes[int(scopes.argmax())], score)


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen to whole Latin words and whole characters with their marks; trim edge punctuation."""
    while start > 0 and _in_word(text[start]) and _in_word(text[start - 1]):
        start -= 1
    while end < len(text) and _in_word(text[end - 1]) and _in_word(text[end]):
        end += 1
    while end < len(text) and (unicodedata.combining(text[end]) or text[end] in "\ufe0f\u200d"):
        end += 1
    while end - start > 1 and text[end - 1] in ",.;:!?，。；：！？、~ ":
        end -= 1
    while end - start > 1 and text[start] in ",.;:!?，。；：！？、~ ":
        start += 1
    return start, end


def softmax(logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Softmax over the last axis, safe against large logits."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), dtype=np.float32)
