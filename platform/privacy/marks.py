"""How far the chain of the audit trail was known to go, in files outside the database.

The mark is written after every link: a tail that is cut in the database shows at once. The heads
are a list, one a day or more, which can be copied elsewhere.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.utils import timezone

from common import locks
from privacy import chain
from privacy.models import AuditLink
from privacy.vault import files
from privacy.vault.here import keys_folder, secret
from privacy.vault.keyed import same
from privacy.vault.ledger import Ledger, Line

Head = tuple[int, str]  # number and hash of a link


class MarkBroken(Exception):
    """The mark was changed; the message says where it lies."""


def heads() -> Ledger:
    return Ledger(_folder() / "heads.jsonl", secret("ledger"))


def mark_write(number: int, head: str) -> None:
    """Set the mark forward, never back, and never past a place where the chain is another one."""
    path = _folder() / "mark.json"
    with locks.exclusive(path.with_suffix(".lock")):
        old = mark_read()
        if old is not None and (number <= old[0] or not _still_there(old)):
            return
        _write(path, number, head)


def mark_read() -> Head | None:
    """Raises MarkBroken."""
    path = _folder() / "mark.json"
    try:
        found = json.loads(path.read_text())
        number, head = int(found["number"]), str(found["head"])
        right = chain.mark_mac(int(found["key"]), number, head)
        broken = not same(found["mac"], right)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, OSError):
        broken = True
    if broken:
        raise MarkBroken(f"{path} was changed, or its key is not here")
    return number, head


def mark_reset(number: int, head: str) -> None:
    """Set the mark to where a restored database ends; see `erasures_replay`."""
    path = _folder() / "mark.json"
    with locks.exclusive(path.with_suffix(".lock")):
        _write(path, number, head)


def head_add(number: int, head: str, **more: Any) -> Line:
    content = {"at": timezone.now().isoformat(), "number": number, "head": head, **more}
    return heads().add(content)


def _write(path: Path, number: int, head: str) -> None:
    key = chain.current_key()
    mark = {"number": number, "head": head, "key": key, "mac": chain.mark_mac(key, number, head)}
    files.replace(path, json.dumps(mark).encode())


def _still_there(mark: Head) -> bool:
    number, head = mark
    return number == 0 or AuditLink.objects.filter(number=number, mac=head).exists()


def _folder() -> Path:
    return files.private_folder(keys_folder() / "audit")
