"""What a record may be used for, and on what legal ground it is held."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Purpose(TextChoices):
    """What a review may be used for; a query for a purpose that is not granted sees no row."""

    ANALYSE = "analyse", _("Analyse")
    TRAIN = "train", _("Train models")
    LABEL = "label", _("Label")
    EXPORT = "export", _("Export")
    MARKET = "market", _("Marketing")
    RECOMMEND = "recommend", _("Recommend")
    REMOTE_MODEL = "remote_model", _("Send to a remote model")


class LegalBasis(TextChoices):
    """GDPR Art. 6(1) and PIPL Art. 13; PIPL knows no legitimate interest, GDPR no disclosure."""

    CONSENT = "consent", _("Consent")
    CONTRACT = "contract", _("A contract with the person")
    LEGAL_DUTY = "legal_duty", _("A legal duty")
    LEGITIMATE_INTEREST = "legitimate_interest", _("Legitimate interest")
    MADE_PUBLIC = "made_public", _("The person made it public")


DEFAULT_PURPOSES = [Purpose.ANALYSE, Purpose.TRAIN, Purpose.LABEL, Purpose.EXPORT]


def default_purposes() -> list[str]:
    return [purpose.value for purpose in DEFAULT_PURPOSES]
