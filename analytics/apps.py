from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "analytics"

    def ready(self) -> None:
        from analytics import personal_data, receivers
        from analytics.services import carrying

        receivers.connect()
        carrying.connect()
        personal_data.register()
