"""Celery's settings. Those about losing nothing were measured with workers killed by -9."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from common import environment
from common.home import Home


def broker_url(home: Home) -> str:
    return environment.text("CELERY_BROKER_URL", f"redis+socket://{quote(str(home.valkey_socket))}")


def celery_settings(home: Home, time_zone: str) -> dict[str, Any]:
    url = broker_url(home)
    settings: dict[str, Any] = {
        "CELERY_BROKER_URL": url,
        "CELERY_TIMEZONE": time_zone,
        "CELERY_TASK_SERIALIZER": "json",
        "CELERY_ACCEPT_CONTENT": ["json"],
        "CELERY_TASK_IGNORE_RESULT": True,
        # The message comes back when the worker dies; the effect is made once in the database.
        "CELERY_TASK_ACKS_LATE": True,
        "CELERY_TASK_REJECT_ON_WORKER_LOST": True,
        "CELERY_WORKER_PREFETCH_MULTIPLIER": 1,
        "CELERY_WORKER_HIJACK_ROOT_LOGGER": False,
        "CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS": False,
        "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": True,
        "CELERY_BROKER_CONNECTION_MAX_RETRIES": None,
        "CELERY_TASK_DEFAULT_QUEUE": "default",
    }
    if url.startswith(("redis", "valkey", "unix")):
        settings["CELERY_BROKER_TRANSPORT_OPTIONS"] = {
            "visibility_timeout": 300,  # seconds; more than the longest short task
            "unacked_restore_interval": 3,
            "unacked_restore_throttle": 1,
            "unacked_restore_limit": 1000,
        }
    return settings
