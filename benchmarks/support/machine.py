"""In one line, on what a figure was measured."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import psutil


def machine() -> str:
    """Processor, cores, memory, system, Python and the load average of the last minute."""
    memory = psutil.virtual_memory().total / 1024**3
    return (
        f"{os.cpu_count()} x {_processor()}, {memory:.0f} GB, {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}, "
        f"load {os.getloadavg()[0]:.2f} at the start"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
