from django.apps import AppConfig


class ModelopsConfig(AppConfig):
    name = "modelops"

    def ready(self) -> None:
        from annotation import checking
        from common import complaints
        from modelops import complaints as own
        from modelops import jobs, personal_data, prelabels, receivers, scores
        from modelops.services import carrying, label_check

        receivers.connect()
        complaints.register(own.COMPLAINTS)
        jobs.register()
        personal_data.register()
        prelabels.register()
        checking.register(lambda actor: label_check.label_check_start(actor=actor))
        carrying.connect()
        scores.register()
