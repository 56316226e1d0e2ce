"""Files that survive a crash whole: written aside, on the disk, then put in place."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def private_folder(path: Path) -> Path:
    """`path`, made when missing, for its owner only."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def sync_folder(folder: Path) -> None:
    """Have names in `folder` on the disk: a new file is not there before its name is."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_new(path: Path, content: bytes) -> bool:
    """Write `path` unless it exists; False when it does. Never half a file, 0600."""
    temporary = _written_aside(path, content)
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    finally:
        os.unlink(temporary)
    sync_folder(path.parent)
    return True


def replace(path: Path, content: bytes) -> None:
    """Write `path` anew, in one step for whoever reads it."""
    os.replace(_written_aside(path, content), path)
    sync_folder(path.parent)


def shred(path: Path) -> None:
    """Overwrite and remove. What a disk or a snapshot kept of it is beyond our reach."""
    with path.open("r+b") as file:
        file.write(b"\0" * path.stat().st_size)
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    sync_folder(path.parent)


def _written_aside(path: Path, content: bytes) -> str:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return temporary
