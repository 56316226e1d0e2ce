#!/usr/bin/env python
import os
import sys
from pathlib import Path

# Without an installed package (a bare `python manage.py`), the source roots are found all the same.
ROOT = Path(__file__).resolve().parent
for folder in (ROOT, ROOT / "platform"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    from common.commands import run

    sys.exit(run(sys.argv))


if __name__ == "__main__":
    main()
