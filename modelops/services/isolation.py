"""Trying texts that workers died on, in a child process that may die on them too."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from common.embedded.processes import die_with_parent
from common.home import CHECKOUT
from modelops.ml.spec import Answer, MentionSpan, Prediction

_START_SECONDS = 60
_TEXT_SECONDS = 20


def predict_apart(family: str, folder: Path, texts: Sequence[str]) -> list[Prediction | str]:
    """One entry per text that was tried: its prediction, or why there is none.

    Ends with the first text that killed or stopped the child, so the list may be shorter than
    `texts`; it is empty only when the model cannot be opened there at all.
    """
    parent = os.getpid()
    child = subprocess.Popen(
        [sys.executable, "-m", "modelops.probe"],
        cwd=str(CHECKOUT),
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(CHECKOUT), *_python_path()])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # it could quote a text
        preexec_fn=lambda: die_with_parent(signal.SIGKILL, parent),
    )
    work = json.dumps({"family": family, "folder": str(folder), "texts": list(texts)})
    reason = ""
    try:
        out, _ = child.communicate(work.encode(), _START_SECONDS + _TEXT_SECONDS * len(texts))
    except subprocess.TimeoutExpired:
        child.kill()
        out, _ = child.communicate()
        reason = "took too long"
    lines = [line for line in out.split(b"\n") if line]
    if not lines:  # not even the line that says that the model is open
        return []
    found = [_read(json.loads(line)) for line in lines[1:]]
    if len(found) < len(texts):
        found.append(reason or f"ends the process that reads it ({child.returncode})")
    return found


def _python_path() -> list[str]:
    return [path for path in (str(CHECKOUT / "platform"), os.environ.get("PYTHONPATH")) if path]


def _read(value: dict[str, Any]) -> Prediction | str:
    if "error" in value:
        return str(value["error"])
    return Prediction(
        answers={key: Answer(**answer) for key, answer in value["answers"].items()},
        mentions=[MentionSpan(**mention) for mention in value["mentions"]],
        truncated=value["truncated"],
        tokens=value["tokens"],
    )
