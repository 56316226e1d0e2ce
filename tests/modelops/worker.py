"""A worker of its own for the tests that kill it: `python -m tests.modelops.worker DATABASE`."""

from __future__ import annotations

import sys

import django
from django.conf import settings


def main() -> None:
    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    django.setup()
    from modelops.selectors import champion
    from modelops.services.analysis import analyse_batch

    model = champion()
    assert model is not None
    while (outcome := analyse_batch(model, 16)).done or outcome.failed:
        print(outcome.done, flush=True)


if __name__ == "__main__":
    main()
