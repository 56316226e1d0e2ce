"""A watched folder: files laid into INBOX/STORE/SOURCE/ are imported by themselves.

A file is taken when it has not changed for a while, so that one that is still being copied is left
alone; names that end in .part or .tmp or begin with a dot are passed over. It is first moved aside,
in one step, into .taken/ beside it; whoever dies after that leaves it there, and the next look goes
on with it. What could not be read is moved to rejected/ with a note.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from accounts.models import Store
from common.models import Job
from reviews.importing.columns import BadMapping
from reviews.importing.problems import UnreadableFile
from reviews.services.uploads import path_request

SETTLED = 10.0  # seconds without a change
_PASSED_OVER = re.compile(r"^\.|\.(?:part|tmp|crdownload|filepart)$|~$")
_TAKEN, _REJECTED = ".taken", "rejected"
_KEY = re.compile(r"[\w.-]{1,120}")


def inbox_folder() -> Path | None:
    """The watched folder; None when none is set."""
    return Path(settings.VERBATIM_INBOX) if settings.VERBATIM_INBOX else None


def inbox_look() -> list[Job]:
    """Write down an import for each file that lies ready. The caller wakes the workers."""
    root = inbox_folder()
    if root is None or not root.is_dir():
        return []
    found = []
    for store, folder in _sources(root):
        _move_aside(folder)
        for path in _waiting(folder):
            job = _take(store, folder, path)
            if job is not None:
                found.append(job)
    return found


def _sources(root: Path) -> Iterator[tuple[Store, Path]]:
    for store in Store.objects.all():
        below = root / store.key
        if below.is_dir():
            for folder in sorted(below.iterdir()):
                if folder.is_dir() and _KEY.fullmatch(folder.name):
                    yield store, folder


def _move_aside(folder: Path) -> None:
    before = time.time() - SETTLED
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or not path.is_file() or _PASSED_OVER.search(path.name):
            continue
        if path.stat().st_mtime < before:
            # A name of its own: the same name may come every day.
            taken = folder / _TAKEN / f"{time.time_ns()}-{path.name}"
            taken.parent.mkdir(mode=0o700, exist_ok=True)
            path.rename(taken)


def _waiting(folder: Path) -> Iterator[Path]:
    """Files that were moved aside and have no import: just now, or by somebody who died then."""
    for path in sorted((folder / _TAKEN).glob("*")):
        if not Job.objects.filter(arguments__path=str(path)).exists():
            yield path


def _take(store: Store, folder: Path, path: Path) -> Job | None:
    try:
        return path_request(
            actor=None,
            store=store,
            source_key=folder.name,
            path=path,
            file_name=path.name.partition("-")[2],
            mapping={},
        )
    except (UnreadableFile, BadMapping) as error:
        _put_aside(path, str(error))
        return None


def inbox_clear(*, path: Path, error: str = "") -> None:
    """An import of a file of the inbox has ended: the file goes, or is put aside with a note."""
    root = inbox_folder()
    if root is None or path.parent.name != _TAKEN or root not in path.parents:
        return
    if error:
        _put_aside(path, error)
    else:
        path.unlink(missing_ok=True)


def _put_aside(path: Path, error: str) -> None:
    aside = path.parent.parent / _REJECTED
    aside.mkdir(mode=0o700, exist_ok=True)
    path.rename(aside / path.name)
    (aside / f"{path.name}.txt").write_text(error + "\n", encoding="utf-8")
