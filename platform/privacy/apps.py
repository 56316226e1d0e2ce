from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "privacy"

    def ready(self) -> None:
        from privacy import jobs, personal_data, receivers, request_jobs

        receivers.connect()
        jobs.register()
        request_jobs.register()
        personal_data.register()
