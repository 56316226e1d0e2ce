from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "privacy"

    def ready(self) -> None:
        from common import complaints
        from privacy import complaints as own
        from privacy import jobs, personal_data, receivers, request_jobs

        receivers.connect()
        complaints.register(own.COMPLAINTS)
        jobs.register()
        request_jobs.register()
        personal_data.register()
