"""The rows of a file in pieces, cleaned and sorted into good and bad ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from common.helpers import Alone, Hands
from reviews.importing.problems import RawRow, Rejection
from reviews.importing.rows import CleanRow, RowReader
from reviews.services.rejects import Bad, as_sent
from reviews.services.seen import Seen

ROWS = 4000  # of a chunk, which is stored in one transaction
_CHARACTERS = 4_000_000  # of a chunk; so it is held in memory whatever the rows are like


@dataclass(frozen=True, slots=True)
class Chunk:
    """`good` have different ids. `older`: rows that a newer one of the same review replaced.
    `size`: all rows of the chunk."""

    good: list[CleanRow]
    bad: list[Bad]
    older: int
    size: int


class Chunks:
    """Chunks of `rows`, without the first `skip` rows, which were stored before."""

    def __init__(
        self, rows: Iterator[RawRow], reader: RowReader, skip: int, hands: Hands | None = None
    ) -> None:
        self._rows = rows
        self._hands = hands or Alone()
        self._reader = reader
        self._skip = skip
        self._seen = Seen()

    def next(self) -> Chunk | None:
        """The next chunk; None at the end."""
        while raws := self._raw():
            passed = min(self._skip, len(raws))
            good, bad, older = self._sorted_out(raws)
            self._skip -= passed
            if passed == len(raws):
                continue
            if passed:
                first = raws[passed].line
                good = [row for row in good if row.line >= first]
                bad = [one for one in bad if one.raw.line >= first]
                older = len(raws) - passed - len(good) - len(bad)
            return Chunk(good, bad, older, len(raws) - passed)
        return None

    def close(self) -> None:
        self._seen.close()

    def _raw(self) -> list[RawRow]:
        found: list[RawRow] = []
        characters = 0
        for row in self._rows:
            found.append(row)
            characters += len(row.raw) + sum(map(len, row.values.values()))
            if len(found) == ROWS or characters > _CHARACTERS:
                break
        return found

    def _sorted_out(self, raws: list[RawRow]) -> tuple[list[CleanRow], list[Bad], int]:
        cleaned: list[tuple[RawRow, CleanRow]] = []
        bad: list[Bad] = []
        found = self._hands.map(rows_read, raws, self._reader)
        for raw, row in zip(raws, found, strict=True):
            if isinstance(row, Rejection):
                bad.append(Bad(raw, row, self._reader.columns_of(raw.values)))
            else:
                cleaned.append((raw, row))
        # Where a file says when, two versions of a review are no mistake.
        names = [
            row.external_id if row.updated_at is None else f"{row.external_id}\x1f{row.updated_at}"
            for _, row in cleaned
        ]
        firsts = self._seen.first_lines(names, [raw.line for raw, _ in cleaned])
        newest: dict[str, CleanRow] = {}
        versions = 0
        for (raw, row), first in zip(cleaned, firsts, strict=True):
            if first != raw.line:
                again = Rejection("id", "duplicate_id", f"the same review stands in line {first}")
                bad.append(Bad(raw, again, self._reader.columns_of(raw.values)))
                continue
            versions += 1
            there = newest.get(row.external_id)
            if there is None or (
                row.updated_at and there.updated_at and row.updated_at > there.updated_at
            ):
                newest[row.external_id] = row
        bad.sort(key=lambda one: one.raw.line)
        return list(newest.values()), bad, versions - len(newest)


def rows_read(raws: Sequence[RawRow], reader: RowReader) -> list[CleanRow | Rejection]:
    """Each row cleaned, or why it cannot go in."""
    found: list[CleanRow | Rejection] = []
    for raw in raws:
        if raw.problem is not None:
            found.append(raw.problem)
            continue
        try:
            found.append(reader.read(raw.line, as_sent(raw.values)))
        except Rejection as why:
            # A copy: what was raised holds its frames, with every row of the chunk.
            found.append(replace(why))
    return found
