"""`python -m reviews.importing.formats.parquet_child < FILE`: rows as lines of JSON.

The first line names the columns, the last is `end`. A cell that is no text is null. A line that is
no list says why the file cannot be read. Runs under a limit of memory.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

MOST_COLUMNS = 1_000
LONGEST_CELL = 50_000  # characters
_MEMORY = 300 * 1024 * 1024  # bytes above what the library takes to start
_ROWS = 256  # of a piece


def _text(value: Any) -> str | None:
    if value is None:
        return ""
    if isinstance(value, str):
        return value[: LONGEST_CELL + 1]
    if isinstance(value, bytes):
        try:
            return value[: 4 * LONGEST_CELL].decode()[: LONGEST_CELL + 1]
        except UnicodeDecodeError:
            return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return "" if value != value else f"{value:.15g}"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, int | Decimal):
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)[: LONGEST_CELL + 1]


def _limit() -> None:
    with open("/proc/self/statm") as file:
        data = int(file.read().split()[5]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_DATA, (data + _MEMORY, data + _MEMORY))


def main() -> int:
    import pyarrow
    import pyarrow.parquet as parquet

    pyarrow.set_cpu_count(1)
    pyarrow.set_memory_pool(pyarrow.system_memory_pool())
    _limit()
    sys.setrecursionlimit(300)
    # Duplicated: the parent's place in the file must not move with ours.
    source = open(f"/proc/self/fd/{os.dup(0)}", "rb")  # noqa: SIM115 - for as long as we run
    say = sys.stdout.write
    try:
        file = parquet.ParquetFile(source, pre_buffer=False, buffer_size=1 << 20)
        names = file.schema_arrow.names
        if len(names) > MOST_COLUMNS:
            say("columns\n")
            return 0
        if not names:
            say("empty\n")
            return 0
        say(json.dumps(names, ensure_ascii=True) + "\n")
        for batch in file.iter_batches(batch_size=_ROWS, use_threads=False):
            columns = [[_text(cell.as_py()) for cell in column] for column in batch.columns]
            for cells in zip(*columns, strict=True):
                say(json.dumps(cells) + "\n")
    except (MemoryError, pyarrow.ArrowMemoryError):
        say("memory\n")
    except (pyarrow.ArrowException, OSError, ValueError, RecursionError):
        say("damaged\n")
    else:
        say("end\n")
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
