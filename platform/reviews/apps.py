from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        from common import complaints
        from reviews import (
            checks,  # noqa: F401
            jobs,
            personal_data,
            receivers,
            redaction_jobs,
            sealed_columns,
            wording,
        )

        receivers.connect()
        complaints.register(wording.COMPLAINTS)
        jobs.register()
        redaction_jobs.register()
        personal_data.register()
        sealed_columns.register()
