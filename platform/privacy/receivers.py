from __future__ import annotations

from typing import Any

from common import audit
from privacy.services import audit_record


def _write_down(sender: object, signal: object, **what: Any) -> None:
    audit_record(**what)


def connect() -> None:
    audit.done.connect(_write_down, dispatch_uid="privacy.write_down")
