from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        from reviews import jobs, personal_data, receivers, sealed_columns

        receivers.connect()
        jobs.register()
        personal_data.register()
        sealed_columns.register()
