import os
import signal

from celery import Celery
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")

app = Celery("verbatim")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def _die_with_the_worker(**kwargs: object) -> None:
    # A pool child whose worker was killed would otherwise finish its task and linger.
    from common.embedded.processes import die_with_parent

    die_with_parent(signal.SIGKILL)
