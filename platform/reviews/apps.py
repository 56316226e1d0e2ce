from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        from reviews import checks, jobs, personal_data, redaction_jobs, sealed_columns  # noqa: F401

        jobs.register()
        redaction_jobs.register()
        personal_data.register()
        sealed_columns.register()
