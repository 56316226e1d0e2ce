"""Lists of words, one a line, in `data/`. A line that begins with # is a remark."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "data"


@lru_cache
def words(name: str) -> frozenset[str]:
    """The words of `data/NAME.txt`; a leading backslash is taken off, so that # can be one."""
    lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.removeprefix("\\") for line in lines if line and line[0] != "#")
