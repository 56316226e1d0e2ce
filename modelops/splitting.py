"""Who is trained on and who is held out: seeded, and near-identical texts on one side."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

from modelops.labelled import SPLITS, LabelledRow, plain

DEV_SHARE = 0.15
TEST_SHARE = 0.15
LEAST_SIMILAR = 0.7  # Jaccard similarity of the sets of character 5-grams
_GRAM = 5
_SHORT = 12  # letters and digits; shorter texts are near-identical only when equal
_SEED = b"verbatim split 1"


def keyed_share(name: str) -> float:
    """A number in [0, 1) that depends on `name` alone, the same on every machine."""
    digest = hashlib.blake2b(name.encode(), key=_SEED, digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def split_of(name: str) -> str:
    """The split of a product: 70 % train, 15 % dev, 15 % test, by keyed hash."""
    share = keyed_share(name)
    if share < 1 - DEV_SHARE - TEST_SHARE:
        return "train"
    return "dev" if share < 1 - TEST_SHARE else "test"


def near_identical(texts: Sequence[str]) -> list[int]:
    """A group number per text: texts that say the same in nearly the same words share one."""
    parents = list(range(len(texts)))

    def root(at: int) -> int:
        while parents[at] != at:
            parents[at] = parents[parents[at]]
            at = parents[at]
        return at

    first: dict[str, int] = {}
    for at, text in enumerate(texts):
        key = plain(text)
        parents[at] = first.setdefault(key, at)
    for one, other in _similar({at: key for key, at in first.items() if len(key) >= _SHORT}):
        parents[root(one)] = root(other)
    return [root(at) for at in range(len(texts))]


def _similar(texts: dict[int, str]) -> Iterable[tuple[int, int]]:
    """Pairs of numbers of texts whose 5-grams overlap by LEAST_SIMILAR or more."""
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=0.5, num_perm=128, num_bands=32)
    seen: dict[int, set[str]] = {}
    for at, text in texts.items():
        grams = {text[place : place + _GRAM] for place in range(len(text) - _GRAM + 1)}
        sketch = RMinHash(num_perm=128, seed=42)
        sketch.update(sorted(grams))
        for other in index.query(sketch):
            union = len(grams | seen[other])
            if len(grams & seen[other]) >= LEAST_SIMILAR * union:
                yield at, other
        seen[at] = grams
        index.insert(at, sketch)


def hold_out(rows: Sequence[LabelledRow], share: float, into: str) -> list[LabelledRow]:
    """`rows` with about `share` of them moved into the split `into`, stratified by their answers.

    Walks through the groups ordered by answers and then by keyed hash, and moves one whenever
    `share` of the rows passed so far is owed. So each answer, the rare ones too, is held out at
    that share, and the order of the file plays no part.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        groups[row.group].append(at)

    def order(members: list[int]) -> tuple[str, list[tuple[str, str]], float, str]:
        head = rows[members[0]]
        text = plain(head.text)
        return head.language, sorted(head.answers.items()), keyed_share(text), text

    out = list(rows)
    owed = 0.0
    for members in sorted(groups.values(), key=order):
        owed += share * len(members)
        if owed >= len(members) / 2:
            owed -= len(members)
            for at in members:
                out[at] = out[at].in_split(into)
    return out


def without_leaks(rows: Iterable[LabelledRow]) -> list[LabelledRow]:
    """`rows` less those whose words also stand in a split that is held out further."""
    rows = list(rows)
    farthest: dict[str, int] = {}
    for row in rows:
        key = plain(row.text)
        farthest[key] = max(farthest.get(key, 0), SPLITS.index(row.split))
    return [row for row in rows if SPLITS.index(row.split) == farthest[plain(row.text)]]
