"""What beat does, and how often."""

from celery.schedules import crontab

CELERY_BEAT_SCHEDULE = {
    "re-aggregate dirty cells": {
        "task": "analytics.tasks.refresh_rollups",
        "schedule": 30.0,  # seconds
        "options": {"expires": 30},
    },
    "analyse what was left": {
        "task": "modelops.tasks.sweep_unanalysed",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "wake jobs nobody holds": {
        "task": "common.tasks.sweep_jobs",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "look into the inbox": {
        "task": "reviews.tasks.look_into_inbox",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "remove uploads nobody imported": {
        "task": "reviews.tasks.expire_uploads",
        "schedule": crontab(minute=25),
    },
    "prove raw equals rollup": {
        "task": "analytics.tasks.prove_rollups",
        "schedule": crontab(hour=3, minute=10),
    },
    "weekly evaluation": {
        "task": "modelops.tasks.evaluate_champion",
        "schedule": crontab(day_of_week=1, hour=4, minute=0),
    },
}
