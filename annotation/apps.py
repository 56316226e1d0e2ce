from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AnnotationConfig(AppConfig):
    name = "annotation"

    def ready(self) -> None:
        from annotation import personal_data, receivers

        post_migrate.connect(receivers.seed_questions, sender=self)
        receivers.connect()
        personal_data.register()
