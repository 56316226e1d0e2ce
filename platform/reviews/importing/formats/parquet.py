"""Parquet, read by Arrow in a process of its own.

Arrow takes as much memory as a file asks for; the child may have only so much, and a file that
wants more is refused where the worker would have been killed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from reviews.importing.problems import RawRow, Rejection, UnreadableFile

_CODE = Path(__file__).resolve().parents[3]


def read(file: IO[bytes], name: str) -> Iterator[RawRow]:
    """The rows of a Parquet file. Raises UnreadableFile."""
    path = os.pathsep.join([str(_CODE), os.environ.get("PYTHONPATH", "")])
    child = subprocess.Popen(
        [sys.executable, "-m", "reviews.importing.formats.parquet_child"],
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": path, "PATH": os.environ.get("PATH", ""), "OMP_NUM_THREADS": "1"},
    )
    assert child.stdout is not None  # noqa: S101 - asked for above
    try:
        yield from _rows(child.stdout, name)
        if child.wait():
            raise _too_much(name)
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def _too_much(name: str) -> UnreadableFile:
    return UnreadableFile(f"{name} is no Parquet file that can be read in 300 MB; save it as CSV")


def _rows(stream: IO[bytes], name: str) -> Iterator[RawRow]:
    first = stream.readline()
    if not first.startswith(b"["):
        raise (
            UnreadableFile(f"{name} {_TOLD[first.decode().strip()]}")
            if first.strip()
            else (_too_much(name))
        )
    header: list[str] = json.loads(first)
    for number, raw in enumerate(stream, 1):
        if raw == b"end\n":
            return
        if not raw.startswith(b"["):
            raise UnreadableFile(f"{name} {_TOLD[raw.decode().strip()]}")
        cells: list[str | None] = json.loads(raw)
        if None in cells:
            why = Rejection(header[cells.index(None)][:60], "encoding", "bytes that are not UTF-8")
            values = {key: cell or "" for key, cell in zip(header, cells, strict=True)}
            yield RawRow(number, values, why)
        else:
            yield RawRow(number, dict(zip(header, cells, strict=True)))  # type: ignore[arg-type]
    raise _too_much(name)


# What the child says when it gives up, in words for people.
_TOLD = {
    "damaged": "is damaged or cut off: Parquet cannot be read",
    "memory": "is no Parquet file that can be read in 300 MB; save it as CSV",
    "columns": "has too many columns; at most 1000 are read",
    "empty": "is empty or has no header line",
}
