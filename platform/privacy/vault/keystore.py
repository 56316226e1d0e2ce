"""The wrapped data keys, in one SQLite file that is no part of the database and its backups.

SQLite's write-ahead log with a full sync: what was written is there after a crash, readers never
wait, and writers wait for each other. Destroyed keys are overwritten in the file (secure_delete)
and the log is emptied, so that the file holds nothing of them; an old copy of the file does, until
the master key that wraps them there is destroyed.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from common import locks
from privacy.vault import files
from privacy.vault.errors import KeyStoreUnavailable, KeyTooOld
from privacy.vault.masters import Wrapped

_WAIT = 60.0  # seconds a writer waits for another
_AT_ONCE = 400  # values in one statement
_SCHEMA = """
create table if not exists data_key (
    key blob not null, version integer not null, master integer not null, wrapped blob not null,
    primary key (key, version)
) without rowid;
create index if not exists data_key_master on data_key (master);
create index if not exists data_key_version on data_key (version);
create table if not exists destroyed (key blob primary key) without rowid;
create table if not exists setting (name text primary key, value integer not null) without rowid;
insert or ignore into setting values ('generation', 1), ('minimum', 1), ('master', 1);
"""
_FORM = 1  # of the tables, as the file itself says

T = TypeVar("T")
Name = tuple[UUID, int]  # a data key: whose, and which version


@dataclass(frozen=True, slots=True)
class StoredKey:
    name: Name
    wrapped: Wrapped


class KeyStore:
    """Safe for many processes and threads; each thread has a connection of its own."""

    def __init__(self, path: Path) -> None:
        files.private_folder(path.parent)
        self.path = path
        self._local = threading.local()
        self._inherited: list[object] = []  # never closed: they are the parent's

    def generation(self) -> int:
        """The version new seals use."""
        return self._setting("generation")

    def minimum(self) -> int:
        """Versions below are refused, whatever the file still holds."""
        return self._setting("minimum")

    def raise_generation(self, version: int) -> None:
        with self._writing() as cursor:
            cursor.execute(
                "update setting set value = max(value, ?) where name = 'generation'", [version]
            )

    def find(self, names: Iterable[Name]) -> dict[Name, Wrapped]:
        """The keys that are there; those that are not are left out."""
        wanted = list(dict.fromkeys(names))
        found: dict[Name, Wrapped] = {}
        with self._reading() as cursor:
            for piece in _pieces(wanted, _AT_ONCE):
                # Row values use the primary key, one look-up each.
                marks = ",".join(["(?,?)"] * len(piece))
                cursor.execute(
                    "select key, version, master, wrapped from data_key "  # noqa: S608
                    f"where (key, version) in (values {marks})",
                    [value for key, version in piece for value in (key.bytes, version)],
                )
                for key, version, master, wrapped in cursor:
                    found[UUID(bytes=key), version] = Wrapped(master, wrapped)
        return found

    def add(self, keys: Sequence[StoredKey]) -> dict[Name, Wrapped]:
        """Store those that are new. Returns all of them as they stand: of two writers, the first
        one's key counts.

        Raises KeyTooOld, and stores none, when one has a version or a master that is refused by
        now: what it seals could not be opened.
        """
        with self._writing() as cursor:
            settings = dict(cursor.execute("select name, value from setting").fetchall())
            if any(
                one.name[1] < settings["minimum"] or one.wrapped.master < settings["master"]
                for one in keys
            ):
                raise KeyTooOld("the keys were rotated meanwhile")
            cursor.executemany(
                "insert or ignore into data_key values (?, ?, ?, ?)",
                [_row(stored) for stored in keys],
            )
        return self.find(stored.name for stored in keys)

    def wrapped_below(self, master: int, limit: int) -> list[StoredKey]:
        """Some of the keys that an older master key wraps."""
        with self._reading() as cursor:
            cursor.execute(
                "select key, version, master, wrapped from data_key where master < ? limit ?",
                [master, limit],
            )
            return [
                StoredKey((UUID(bytes=key), version), Wrapped(by, wrapped))
                for key, version, by, wrapped in cursor
            ]

    def rewrap(self, keys: Sequence[StoredKey]) -> None:
        """Replace the wrapping of keys that are still there; a destroyed one stays destroyed."""
        with self._writing() as cursor:
            cursor.executemany(
                "update data_key set master = ?, wrapped = ? where key = ? and version = ?",
                [
                    (one.wrapped.master, one.wrapped.blob, one.name[0].bytes, one.name[1])
                    for one in keys
                ],
            )

    def refuse_masters_below(self, master: int) -> bool:
        """No key wrapped by an older master comes in any more; False while there still is one."""
        with self._writing() as cursor:
            cursor.execute("select exists (select 1 from data_key where master < ?)", [master])
            if cursor.fetchone()[0]:
                return False
            cursor.execute(
                "update setting set value = max(value, ?) where name = 'master'", [master]
            )
        return True

    def destroy(self, keys: Iterable[UUID]) -> int:
        """Destroy every version of `keys`. Returns how many of them there were."""
        gone: set[bytes] = set()
        with self._writing() as cursor:
            for piece in _pieces([key.bytes for key in keys], _AT_ONCE):
                marks = ",".join("?" * len(piece))
                cursor.execute(
                    f"delete from data_key where key in ({marks}) returning key",  # noqa: S608
                    piece,
                )
                gone.update(row[0] for row in cursor.fetchall())
                cursor.executemany(
                    "insert or ignore into destroyed values (?)", [(key,) for key in piece]
                )
        self._empty_log()
        return len(gone)

    def held(self, keys: Iterable[UUID]) -> set[UUID]:
        """Those of `keys` of which a version is there."""
        return self._among(keys, "data_key")

    def destroyed(self, keys: Iterable[UUID]) -> set[UUID]:
        """Those of `keys` that were destroyed on purpose, rather than lost with a store."""
        return self._among(keys, "destroyed")

    def _among(self, keys: Iterable[UUID], table: str) -> set[UUID]:
        found: set[UUID] = set()
        with self._reading() as cursor:
            for piece in _pieces([key.bytes for key in keys], _AT_ONCE):
                marks = ",".join("?" * len(piece))
                cursor.execute(
                    f"select distinct key from {table} where key in ({marks})",  # noqa: S608
                    piece,
                )
                found.update(UUID(bytes=row[0]) for row in cursor)
        return found

    def destroy_below(self, version: int) -> int:
        """Destroy every data key of a version below, and refuse them from now on."""
        with self._writing() as cursor:
            cursor.execute(
                "update setting set value = max(value, ?) where name = 'minimum'", [version]
            )
            cursor.execute("delete from data_key where version < ?", [version])
            gone = cursor.rowcount
        self._empty_log()
        return gone

    def count(self) -> int:
        with self._reading() as cursor:
            return int(cursor.execute("select count(*) from data_key").fetchone()[0])

    def close(self) -> None:
        """Close this thread's connection."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    def _setting(self, name: str) -> int:
        with self._reading() as cursor:
            cursor.execute("select value from setting where name = ?", [name])
            return int(cursor.fetchone()[0])

    def _empty_log(self) -> None:
        # What was deleted still stands in the log; a reader may keep it from being emptied now,
        # then the next writer does it.
        with self._reading() as cursor:
            cursor.execute("pragma wal_checkpoint(truncate)").fetchall()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Cursor]:
        try:
            yield self._connection().cursor()
        except sqlite3.Error as error:
            raise KeyStoreUnavailable(f"the key store {self.path}: {error}") from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Cursor]:
        with self._reading() as cursor:
            cursor.execute("begin immediate")
            try:
                yield cursor
            except BaseException:
                cursor.execute("rollback")
                raise
            cursor.execute("commit")

    def _connection(self) -> sqlite3.Connection:
        # SQLite's connections must not be carried over a fork.
        if getattr(self._local, "process", None) != os.getpid():
            self._local.process = os.getpid()
            self._inherited.append(getattr(self._local, "connection", None))
            self._local.connection = None
        if self._local.connection is None:
            self._local.connection = self._connect()
        found: sqlite3.Connection = self._local.connection
        return found

    def _connect(self) -> sqlite3.Connection:
        # Made by us with its rights, before SQLite makes it with whatever the umask leaves.
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(self.path, timeout=_WAIT, isolation_level=None)
        if connection.execute("pragma user_version").fetchone()[0] != _FORM:
            with locks.exclusive(self.path.with_suffix(".lock")):
                connection.execute("pragma journal_mode = wal")
                connection.executescript(f"begin immediate; {_SCHEMA} commit;")
                connection.execute(f"pragma user_version = {_FORM}")
        connection.execute("pragma synchronous = full")
        connection.execute("pragma secure_delete = on")
        return connection


def _row(stored: StoredKey) -> tuple[bytes, int, int, bytes]:
    key, version = stored.name
    return key.bytes, version, stored.wrapped.master, stored.wrapped.blob


def _pieces(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
