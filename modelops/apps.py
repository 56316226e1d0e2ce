from django.apps import AppConfig


class ModelopsConfig(AppConfig):
    name = "modelops"

    def ready(self) -> None:
        from common import complaints
        from modelops import complaints as own
        from modelops import jobs, personal_data, prelabels, receivers, scores

        receivers.connect()
        complaints.register(own.COMPLAINTS)
        jobs.register()
        personal_data.register()
        prelabels.register()
        scores.register()
