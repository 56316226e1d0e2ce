from django.apps import AppConfig


class ModelopsConfig(AppConfig):
    name = "modelops"

    def ready(self) -> None:
        from modelops import jobs, personal_data, receivers

        receivers.connect()
        jobs.register()
        personal_data.register()
