"""Runs a program that ends with its parent: `python -m benchmarks.support.tied PARENT PROGRAM ...`.

Started as the leader of a process group: when the process PARENT is gone, however it died, the
whole group is killed, with what the program itself has started.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from types import FrameType

from common.embedded.processes import die_with_parent


def main() -> int:
    signal.signal(signal.SIGTERM, _end)
    die_with_parent(signal.SIGTERM, int(sys.argv[1]))
    ended = subprocess.call(sys.argv[2:])
    return ended if ended >= 0 else 128 - ended


def _end(number: int, frame: FrameType | None) -> None:
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
