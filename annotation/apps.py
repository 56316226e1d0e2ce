from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AnnotationConfig(AppConfig):
    name = "annotation"

    def ready(self) -> None:
        from annotation import (
            batch_complaints,
            batch_jobs,
            choice_names,
            jobs,
            label_set_wording,
            label_studio_jobs,
            label_studio_tasks,
            personal_data,
            receivers,
            transfer_words,
        )
        from annotation.services import label_set_settled
        from common import complaints

        post_migrate.connect(receivers.seed_questions, sender=self)
        receivers.connect()
        choice_names.connect()
        label_set_settled.connect()
        personal_data.register()
        jobs.register()
        complaints.register(transfer_words.COMPLAINTS)
        complaints.register(batch_complaints.COMPLAINTS)
        complaints.register(label_set_wording.COMPLAINTS)
        batch_jobs.register()
        label_studio_jobs.register()
        assert label_studio_tasks.WOKEN  # noqa: S101 - importing them makes them known to workers
