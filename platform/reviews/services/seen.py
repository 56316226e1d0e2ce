"""Which reviews a file has had so far, in bounded memory however long the file is."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence

_AT_ONCE = 900  # parameters of one statement


class Seen:
    """Lines by external id. A private SQLite database without a name: SQLite keeps it in a few MB
    of memory and spills the rest into a temporary file of its own. Only hashes are in it.
    """

    def __init__(self) -> None:
        # Of one thread after another: the import's and that of its preparation.
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.execute("pragma journal_mode = off")
        self._database.execute("pragma synchronous = off")
        self._database.execute("pragma cache_size = -16000")  # kB
        self._database.execute("create table seen (key integer primary key, line integer)")

    def first_lines(self, external_ids: Sequence[str], lines: Sequence[int]) -> list[int]:
        """For each id the line it stood in first, which is its own for one that is new."""
        keys = [
            int.from_bytes(
                hashlib.blake2b(one.encode("utf-8", "replace"), digest_size=8).digest(),
                signed=True,
            )
            for one in external_ids
        ]
        run = self._database.execute
        run("begin")
        self._database.executemany(
            "insert or ignore into seen values (?, ?)", zip(keys, lines, strict=True)
        )
        run("commit")
        found: dict[int, int] = {}
        for at in range(0, len(keys), _AT_ONCE):
            some = keys[at : at + _AT_ONCE]
            marks = ",".join("?" * len(some))
            found.update(run(f"select key, line from seen where key in ({marks})", some))  # noqa: S608
        return [found[key] for key in keys]

    def close(self) -> None:
        self._database.close()
