from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "analytics"

    def ready(self) -> None:
        from analytics import personal_data, receivers

        receivers.connect()
        personal_data.register()
