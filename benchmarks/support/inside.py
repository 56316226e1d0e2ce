"""Calls one function inside a home: `python -m benchmarks.support.inside MODULE:FUNCTION`.

Arguments come as a JSON object on stdin, the result goes as JSON to stdout. The home's services
are started and migrated when they do not run, as for any command.
"""

from __future__ import annotations

import importlib
import json
import os
import sys


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    os.umask(0o077)
    module, _, name = sys.argv[1].partition(":")
    arguments = json.load(sys.stdin)
    from common.commands import services

    with services("bench"):
        import django

        django.setup()
        found = getattr(importlib.import_module(module), name)(**arguments)
        print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
