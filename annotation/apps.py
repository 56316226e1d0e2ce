from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AnnotationConfig(AppConfig):
    name = "annotation"

    def ready(self) -> None:
        from annotation import (
            choice_names,
            jobs,
            label_studio_jobs,
            label_studio_tasks,
            personal_data,
            receivers,
            transfer_words,
        )
        from common import complaints

        post_migrate.connect(receivers.seed_questions, sender=self)
        receivers.connect()
        choice_names.connect()
        personal_data.register()
        jobs.register()
        complaints.register(transfer_words.COMPLAINTS)
        label_studio_jobs.register()
        assert label_studio_tasks.WOKEN  # noqa: S101 - importing them makes them known to workers
