"""Our site on the test database: `python -m tests.services.web DATABASE PORT`."""

from __future__ import annotations

import sys

import django
from django.conf import settings
from django.core.management import call_command


def main() -> None:
    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    django.setup()
    call_command("web", "--port", sys.argv[2])


if __name__ == "__main__":
    main()
