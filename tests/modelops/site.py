"""Commands as a person types them: `manage.py` in processes of their own, in the run's home."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from common.home import CHECKOUT


def manage(*words: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(CHECKOUT / "manage.py"), *words],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=240,
        cwd=CHECKOUT,
        env={**os.environ, **environment},
        check=False,
    )


def answer(*words: str, stdin: str = "") -> dict[str, Any]:
    """The one JSON object that a command printed; it must have ended well."""
    done = manage(*words, "--json", stdin=stdin)
    assert done.returncode == 0, done.stderr
    [line] = done.stdout.splitlines()
    found: dict[str, Any] = json.loads(line)
    return found
