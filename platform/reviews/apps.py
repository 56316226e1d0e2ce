from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        from reviews import (
            checks,  # noqa: F401
            jobs,
            personal_data,
            receivers,
            redaction_jobs,
            sealed_columns,
        )

        receivers.connect()
        jobs.register()
        redaction_jobs.register()
        personal_data.register()
        sealed_columns.register()
