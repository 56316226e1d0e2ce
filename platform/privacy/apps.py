from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "privacy"

    def ready(self) -> None:
        from privacy import jobs, receivers

        receivers.connect()
        jobs.register()
