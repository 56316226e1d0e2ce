"""Logs go to stderr, one line each. What shoppers wrote is never passed to a logger,
and what errors quote of it is left out."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "common.logs.SafeFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "verbatim": {"level": "INFO"},
        "celery": {"level": "WARNING"},
        # Its warnings quote request paths and bodies that can hold personal data.
        "django.request": {"level": "ERROR"},
        "axes": {"level": "ERROR"},
    },
}
