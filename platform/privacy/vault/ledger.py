"""Append-only files of JSON lines, each line bound to the one before by a keyed hash.

The erasure ledger is one, and so is the list of the audit trail's heads. A line is on the disk
before `add` returns; of a line that a crash cut short nothing was promised, and it is taken away
by the next writer.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common import locks
from privacy.vault import files
from privacy.vault.errors import VaultError
from privacy.vault.keyed import keyed_hash, same
from privacy.vault.secrets import VersionedSecret

_FIRST = "0" * 64


class LedgerBroken(VaultError):
    """A line was changed, taken out or moved; the message names it."""


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    content: dict[str, Any]
    mac: str


class Ledger:
    def __init__(self, path: Path, secret: VersionedSecret) -> None:
        files.private_folder(path.parent)
        self.path = path
        self._secret = secret

    def add(self, content: dict[str, Any]) -> Line:
        """Append a line. Raises LedgerBroken when the last line was tampered with."""
        with locks.exclusive(self.path.with_suffix(".lock")):
            end, last = self._end()
            number = (last.number if last else 0) + 1
            version = self._secret.current()
            before = last.mac if last else _FIRST
            mac = self._mac(version, number, before, content)
            record = {"number": number, "key": version, "mac": mac, "content": content}
            self._append(end, json.dumps(record, ensure_ascii=False).encode() + b"\n")
        return Line(number, content, mac)

    def lines(self) -> Iterator[Line]:
        """Every line, checked. Raises LedgerBroken at the first one that is not right."""
        before, expected = _FIRST, 1
        for record in self._records():
            number, content, mac = record["number"], record["content"], record["mac"]
            right = self._mac(record["key"], expected, before, content)
            if number != expected or not same(mac, right):
                raise LedgerBroken(f"{self.path}: line {expected} was changed, moved or taken out")
            yield Line(number, content, mac)
            before, expected = mac, expected + 1

    def last(self) -> Line | None:
        """The last line; the others are not looked at."""
        return self._end()[1]

    def _mac(self, version: int, number: int, before: str, content: dict[str, Any]) -> str:
        text = json.dumps([number, before, content], sort_keys=True, ensure_ascii=False)
        return keyed_hash(self._secret.value(version), text)

    def _records(self) -> Iterator[dict[str, Any]]:
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.endswith(b"\n"):  # else a crash cut it short
                    yield self._parsed(line, number)

    def _parsed(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            record: dict[str, Any] = json.loads(line)
            if record.keys() >= {"number", "key", "mac", "content"}:
                return record
        except (ValueError, AttributeError):
            pass
        raise LedgerBroken(f"{self.path}: line {number} cannot be read")

    def _end(self) -> tuple[int, Line | None]:
        """Where the last whole line ends, and that line."""
        if not self.path.exists():
            return 0, None
        with self.path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            # Lines are short; a piece from the end holds the last one, or more is read.
            reach = 1 << 16
            while True:
                start = max(0, size - reach)
                file.seek(start)
                piece = file.read(size - start)
                end = piece.rfind(b"\n")
                begin = piece.rfind(b"\n", 0, max(end, 0))
                if begin >= 0 or start == 0:
                    break
                reach *= 4
        if end < 0:
            return 0, None
        record = self._parsed(piece[begin + 1 : end], 0)
        return start + end + 1, Line(record["number"], record["content"], record["mac"])

    def _append(self, end: int, line: bytes) -> None:
        made = not self.path.exists()
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.ftruncate(handle, end)
            os.lseek(handle, end, os.SEEK_SET)
            os.write(handle, line)
            os.fsync(handle)
        finally:
            os.close(handle)
        if made:
            files.sync_folder(self.path.parent)
