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
    "embed what was answered": {
        "task": "modelops.tasks.embed_texts",
        "schedule": 30.0,
        "options": {"expires": 25},
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
    "redact again after an upgrade": {
        "task": "reviews.tasks.redact_after_upgrade",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "prove raw equals rollup": {
        "task": "analytics.tasks.prove_rollups",
        "schedule": crontab(hour=3, minute=10),
    },
    "link the audit trail": {
        "task": "privacy.tasks.link_audit",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "export the audit trail's head": {
        "task": "privacy.tasks.export_audit_head",
        "schedule": crontab(hour=2, minute=50),
    },
    "finish erasures": {
        "task": "privacy.tasks.replay_erasures",
        "schedule": crontab(hour=2, minute=20),
    },
    "rotate keys when due": {
        "task": "privacy.tasks.rotate_keys",
        "schedule": crontab(hour=1, minute=40),
    },
    "what is kept too long goes": {
        "task": "privacy.tasks.retention_daily",
        "schedule": crontab(hour=2, minute=10),
    },
    "consent that has run out": {
        "task": "reviews.tasks.consent_lapse",
        "schedule": crontab(minute=7),
    },
    "replace models with erased data": {
        "task": "modelops.tasks.replace_erased",
        "schedule": crontab(hour=2, minute=40),
    },
    "answer webhooks nobody answered": {
        "task": "annotation.label_studio.sweep",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "ask Label Studio servers": {
        "task": "annotation.label_studio.pull",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "compare with Label Studio servers": {
        "task": "annotation.label_studio.compare",
        "schedule": crontab(hour=3, minute=40),
    },
    "learn from new labels": {
        "task": "modelops.tasks.active_learning",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
    "look through the labels": {
        "task": "modelops.tasks.check_labels",
        "schedule": crontab(day_of_week=0, hour=4, minute=20),
    },
    "weekly evaluation": {
        "task": "modelops.tasks.evaluate_champion",
        "schedule": crontab(day_of_week=1, hour=4, minute=0),
    },
}
