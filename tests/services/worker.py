"""A worker's job on the test database: `python -m tests.services.worker DATABASE JOB`."""

from __future__ import annotations

import sys

import django
from django.conf import settings


def main() -> None:
    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    django.setup()
    settings.VERBATIM_LABEL_STUDIO_PRIVATE = True
    from annotation.services.label_studio import sending
    from common.runner import run_job

    # Smaller pieces than a day's, so that a push of few reviews has several.
    sending.CHUNK, sending.SETTLE = 40, 2.0
    run_job(int(sys.argv[2]))


if __name__ == "__main__":
    main()
